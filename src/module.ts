import { DataSourcePlugin } from '@grafana/data';

import { ConfigEditor } from './components/ConfigEditor/ConfigEditor';
import { QueryEditor } from './components/QueryEditor/QueryEditor';
import { QueryHelp } from './components/QueryHelp/QueryHelp';
import { TallyDataSource } from './datasource';
import type { TallyOptions, TallyQuery, TallySecrets } from './types';

export const plugin = new DataSourcePlugin<TallyDataSource, TallyQuery, TallyOptions, TallySecrets>(TallyDataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor)
  .setQueryEditorHelp(QueryHelp);
