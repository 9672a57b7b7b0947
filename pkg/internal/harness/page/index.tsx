import { createTheme, ThemeContext } from '@grafana/data';
import { GlobalStyles, PortalContainer } from '@grafana/ui';
import React, { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

import { AnnotationPage } from './AnnotationPage';
import { ConfigPage } from './ConfigPage';
import { loadSettings, start, type Settings } from './grafana';
import { HelpPage, VariablePage } from './OtherPages';
import { PanelPage } from './PanelPage';

/** What the address asks for: ?page=config|panel|variable|annotation|help&theme=dark|light */
const asked = new URLSearchParams(window.location.search);
const theme = createTheme({ colors: { mode: asked.get('theme') === 'light' ? 'light' : 'dark' } });
const pages = {
  config: ConfigPage,
  panel: PanelPage,
  variable: VariablePage,
  annotation: AnnotationPage,
  help: HelpPage,
};
const Page = pages[(asked.get('page') ?? 'panel') as keyof typeof pages];

function App() {
  const [settings, setSettings] = useState<Settings>();
  useEffect(() => {
    loadSettings().then(setSettings);
  }, []);
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <main style={{ padding: theme.spacing(3), maxWidth: 1200 }}>{settings && <Page stored={settings} />}</main>
      <PortalContainer />
    </ThemeContext.Provider>
  );
}

start();
createRoot(document.getElementById('root')!).render(<App />);
