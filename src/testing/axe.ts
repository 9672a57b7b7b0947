import axe from 'axe-core';

/** What a screen reader or a keyboard would stumble over, one line each. jsdom has no colours, so contrast is not looked at. */
export async function barriers(container: Element): Promise<string[]> {
  const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
}
