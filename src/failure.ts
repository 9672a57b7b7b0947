/** What a person can be told about a call that failed: the back end's own sentence where it sent one. */
export function failure(error: unknown): string {
  if (typeof error === 'string' && error) {
    return error;
  }
  const { data, message, statusText } = (error ?? {}) as {
    data?: { message?: string };
    message?: string;
    statusText?: string;
  };
  return data?.message || message || statusText || 'The plugin does not answer.';
}
