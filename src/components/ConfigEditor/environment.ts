/**
 * An environment's address as it is saved: https, the host in lower case, and a port where it is not the usual one. What
 * cannot be read as an address stays as it is; the back end says what is wrong with it.
 */
export function normalise(text: string): string {
  const trimmed = text.trim();
  // host,port is how SQL tools write it.
  const written = trimmed.replace(/^tcp:(?!\/\/)/i, '').replace(/^([^/,]+),\s*(\d+)$/, '$1:$2');
  const url = parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? written : `https://${written}`);
  return url ? `https://${url.host}` : trimmed;
}

/** The host of an address, without its port; empty where there is none. */
export function hostOf(text: string | undefined): string {
  return parse(normalise(text ?? ''))?.hostname ?? '';
}

export function isAddress(text: string): boolean {
  return hostOf(text) !== '';
}

function parse(text: string): URL | undefined {
  try {
    const url = new URL(text.replace(/^(http|tcp):/i, 'https:'));
    const readable = url.protocol === 'https:' && url.hostname !== '' && !url.username && !url.password;
    return readable ? url : undefined;
  } catch {
    return undefined;
  }
}
