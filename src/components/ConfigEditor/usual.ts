/** What the back end takes for settings that are empty, as the form shows it. */
export const usual = {
  /** Id of a window of the catalogue. */
  realTimeWindow: 'last_2h',
  maxRunning: '3',
  queryTimeout: '130s',
  cacheMiB: '64',
  staleFor: '10m',
};

/** The bounds that the back end has. */
export const MOST_RUNNING = 4;
export const MOST_CACHE_MIB = 4096;
