import { shapedFor } from './format';
import type { TallyQuery } from './types';

describe('the shape of an answer', () => {
  it.each<[string, Partial<TallyQuery>, string | undefined, string | undefined]>([
    ['is a number in a stat', {}, 'stat', 'stat'],
    ['is a number in a stat, whatever a new query has', { bucket: 'auto' }, 'stat', 'stat'],
    ['is a series in a time series', {}, 'timeseries', 'series'],
    ['is a table in a table', { bucket: 'day' }, 'table', 'table'],
    ['is what the bucket says in a stat with a sparkline', { bucket: 'day' }, 'stat', undefined],
    ['is one number in a time series where somebody says so', { bucket: 'none' }, 'timeseries', undefined],
    ['is what the bucket says in other panels', {}, 'heatmap', undefined],
    ['is what the bucket says where there is no panel', {}, undefined, undefined],
    ['is the one that somebody chose', { format: 'table' }, 'stat', 'table'],
    ['is chosen by the panel where somebody chose that', { format: 'auto' }, 'stat', 'stat'],
    ['is not that of a type with one shape', { queryType: 'explain' }, 'stat', undefined],
  ])('%s', (_, query, panel, expected) => {
    expect(shapedFor({ refId: 'A', ...query }, panel).format).toBe(expected);
  });
});
