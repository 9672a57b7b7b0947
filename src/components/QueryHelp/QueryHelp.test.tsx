import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';

import { barriers } from '../../testing/axe';
import { backend, datasource } from '../../testing/datasource';
import type { TallyQuery } from '../../types';
import { QueryHelp } from './QueryHelp';

async function open(query?: TallyQuery) {
  backend();
  const onClickExample = jest.fn();
  const { container } = render(
    <QueryHelp datasource={datasource()} query={query as TallyQuery} onClickExample={onClickExample} />
  );
  await screen.findByRole('heading', { name: 'Missed calls' });
  return { onClickExample, container };
}

describe('the help', () => {
  it('explains what can be counted and by which rules, with their sources', async () => {
    await open();
    expect(screen.getByText('Nobody answered.')).toBeVisible();
    const [source] = screen.getAllByRole('link', { name: /How calls are counted, 2026-01-01/ });
    expect(source).toHaveAttribute('href', 'https://example.com/calls');
  });

  it.each([
    ['Missed calls as a number', {}],
    ['Missed calls over time', { bucket: 'auto' }],
    ['Missed calls by line', { groupBy: ['line'] }],
  ])('puts an example into the editor: %s', async (name, query) => {
    const before = { refId: 'B', queryType: 'breakdown', limit: 3, groupBy: ['room'], window: 'today' };
    const { onClickExample } = await open(before);
    await userEvent.click(screen.getByRole('button', { name }));
    // Alert rules lay the example over what is there.
    const after = { ...before, ...onClickExample.mock.calls[0][0] };
    expect(after).toEqual({ refId: 'B', version: 2, queryType: 'counts', metrics: ['missed'], ...query });
  });

  it('has no barriers', async () => {
    const { container } = await open();
    expect(await barriers(container)).toEqual([]);
  });
});
