import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';

import { barriers } from '../../testing/axe';
import { backend, datasource } from '../../testing/datasource';
import type { TallyVariableQuery } from '../../types';
import { VariableEditor } from './VariableEditor';

async function open(query: unknown) {
  backend({ values: { values: [{ value: 'r1', label: 'Hall', conversations: 3 }] } });
  const state = { saved: query as TallyVariableQuery };
  const source = datasource();
  function Page() {
    const [shown, setShown] = useState(state.saved);
    const change = (changed: TallyVariableQuery) => setShown((state.saved = changed));
    return <VariableEditor datasource={source} query={shown} onChange={change} onRunQuery={jest.fn()} />;
  }
  const { container } = render(<Page />);
  await screen.findByLabelText('List');
  return { state, container };
}

async function choose(label: string | RegExp, option: RegExp) {
  await userEvent.click(screen.getByRole('combobox', { name: label }));
  await userEvent.click(await screen.findByRole('option', { name: option }));
}

describe('the editor of a variable', () => {
  it('begins with the values of a dimension that is still to be chosen', async () => {
    const { state } = await open('');
    expect(screen.getByRole('alert')).toHaveTextContent('Choose a dimension');
    await choose(/^Dimension/, /Room/);
    expect(state.saved).toMatchObject({ list: 'values', dimension: 'room' });
  });

  it('filters the values', async () => {
    const { state } = await open({ refId: 'V', list: 'values', dimension: 'line' });
    await userEvent.click(screen.getByRole('button', { name: 'Add filter' }));
    await choose('Filter 1: dimension', /Room/);
    await choose('Filter 1: values', /Hall/);
    expect(state.saved).toEqual({
      refId: 'V',
      list: 'values',
      dimension: 'line',
      filters: [{ dimension: 'room', operator: 'in', values: ['r1'] }],
    });
    await userEvent.click(screen.getByRole('button', { name: 'Remove filter 1' }));
    expect(state.saved.filters).toBeUndefined();
  });

  it('searches and limits the values', async () => {
    const { state } = await open({ refId: 'V', list: 'values', dimension: 'line' });
    await userEvent.type(screen.getByLabelText(/^Search/), '$__searchFilter');
    await userEvent.type(screen.getByLabelText(/^Limit/), '20');
    const saved = { refId: 'V', list: 'values', dimension: 'line' };
    expect(state.saved).toEqual({ ...saved, search: '$__searchFilter', limit: 20 });
    await userEvent.clear(screen.getByLabelText(/^Search/));
    await userEvent.clear(screen.getByLabelText(/^Limit/));
    expect(state.saved).toEqual(saved);
  });

  it('offers the lists of the catalogue, which have no dimension', async () => {
    const { state } = await open({ refId: 'V', list: 'values', dimension: 'line' });
    await choose('List', /Definitions/);
    expect(state.saved.list).toBe('definitions');
    expect(screen.queryByLabelText(/^Dimension/)).not.toBeInTheDocument();
  });

  it('has no barriers', async () => {
    const { container } = await open({ refId: 'V', list: 'values' });
    expect(await barriers(container)).toEqual([]);
  });
});
