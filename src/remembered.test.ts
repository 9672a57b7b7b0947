import { Remembered } from './remembered';

describe('an answer', () => {
  it('is asked for once a minute', async () => {
    let now = 0;
    const ask = jest.fn(async () => now);
    const remembered = new Remembered<number>(() => now);
    expect(await remembered.get('a', ask)).toBe(0);
    now = 59_999;
    expect(await remembered.get('a', ask)).toBe(0);
    now = 60_000;
    expect(await remembered.get('a', ask)).toBe(60_000);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('is not kept when it is a failure', async () => {
    const remembered = new Remembered<string>();
    await expect(remembered.get('a', () => Promise.reject(new Error('once')))).rejects.toThrow('once');
    expect(await remembered.get('a', async () => 'now')).toBe('now');
  });
});
