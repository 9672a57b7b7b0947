import { migrate } from './migrate';
import type { TallyQuery } from './types';

describe('an older query', () => {
  it.each<[string, Partial<TallyQuery>, Partial<TallyQuery>]>([
    ['keeps the panel’s time range in the real-time view', { view: 'realtime' }, { view: 'realtime', window: 'range' }],
    ['keeps its window', { view: 'realtime', window: 'today' }, { view: 'realtime', window: 'today' }],
    ['has no window elsewhere', { metrics: ['calls'] }, { metrics: ['calls'] }],
  ])('%s', (_, saved, expected) => {
    expect(migrate({ refId: 'A', version: 1, ...saved })).toEqual({ refId: 'A', version: 2, ...expected });
    expect(migrate({ refId: 'A', ...saved })).toEqual({ refId: 'A', version: 2, ...expected });
  });

  it('is not one of this version', () => {
    const query = { refId: 'A', version: 2, view: 'realtime' };
    expect(migrate(query)).toBe(query);
  });
});
