import { failure } from './failure';

describe('a failure', () => {
  it.each([
    [{ data: { message: 'slow down' }, message: 'x' }, 'slow down'],
    [new Error('no network'), 'no network'],
    [{ statusText: 'Bad Gateway' }, 'Bad Gateway'],
    ['invalid channel', 'invalid channel'],
    ['', 'The plugin does not answer.'],
    [undefined, 'The plugin does not answer.'],
  ])('is told in a sentence', (error, sentence) => {
    expect(failure(error)).toBe(sentence);
  });
});
