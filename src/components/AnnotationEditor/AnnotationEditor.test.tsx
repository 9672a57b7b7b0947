import type { PanelData } from '@grafana/data';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';

import { barriers } from '../../testing/axe';
import { backend, datasource } from '../../testing/datasource';
import type { TallyQuery } from '../../types';
import { AnnotationEditor } from './AnnotationEditor';

async function open(query: Partial<TallyQuery> = {}, data?: Partial<PanelData>) {
  backend({ values: { values: [{ value: 'r1', label: 'Hall', conversations: 3 }] } });
  const state = { saved: { refId: 'Anno', ...query } as TallyQuery };
  const run = jest.fn();
  const source = datasource();
  function Page() {
    const [shown, setShown] = useState(state.saved);
    // As Grafana's own editor of annotations does: what is cleared must be named.
    const change = (changed: TallyQuery) => setShown((state.saved = { ...state.saved, ...changed }));
    return (
      <AnnotationEditor datasource={source} query={shown} onChange={change} onRunQuery={run} data={data as PanelData} />
    );
  }
  const { container } = render(<Page />);
  await screen.findByLabelText('Annotation');
  return { state, run, container };
}

async function choose(label: string, option: RegExp) {
  await userEvent.click(screen.getByRole('combobox', { name: label }));
  await userEvent.click(await screen.findByRole('option', { name: option }));
}

const saved = { refId: 'Anno', version: 2, queryType: 'annotations' };

describe('the editor of an annotation', () => {
  it('marks spikes from a rate on, of some conversations', async () => {
    const { state, run } = await open();
    expect(screen.getByLabelText('Annotation')).toHaveAttribute('placeholder', 'Escalation spikes');
    await userEvent.type(screen.getByLabelText('Threshold'), '0.3{Enter}');
    expect(state.saved).toEqual({ ...saved, threshold: 0.3 });
    await choose('Bucket', /^Hour/);
    await userEvent.click(screen.getByRole('button', { name: 'Add filter' }));
    await choose('Filter 1: dimension', /Room/);
    await choose('Filter 1: values', /Hall/);
    const filters = [{ dimension: 'room', operator: 'in', values: ['r1'] }];
    expect(state.saved).toEqual({ ...saved, threshold: 0.3, bucket: 'hour', filters });
    expect(run).toHaveBeenCalled();
  });

  it('has no threshold for outages', async () => {
    const { state } = await open({ ...saved, threshold: 0.3 });
    await choose('Annotation', /Bot outages/);
    expect(state.saved).toEqual({ ...saved, annotation: 'bot_outages' });
    expect(screen.queryByLabelText('Threshold')).not.toBeInTheDocument();
  });

  it('keeps nothing of the annotation that Grafana begins with', async () => {
    const { state } = await open({ type: 'dashboard', matchAny: false, tags: [], limit: 100 } as Partial<TallyQuery>);
    await choose('Bucket', /^Hour/);
    expect(state.saved).toEqual({ ...saved, bucket: 'hour' });
  });

  it('shows a threshold that does not belong to outages, so that it can be cleared', async () => {
    const { state } = await open({ ...saved, annotation: 'bot_outages', threshold: 0.3 });
    await userEvent.clear(screen.getByLabelText('Threshold'));
    await userEvent.tab();
    expect(state.saved).toEqual({ ...saved, annotation: 'bot_outages' });
    expect(screen.queryByLabelText('Threshold')).not.toBeInTheDocument();
  });

  it('shows the SQL that it runs', async () => {
    await open();
    await userEvent.click(screen.getByRole('button', { name: 'Show SQL' }));
    expect(await screen.findByText('SELECT 1')).toBeVisible();
  });

  it('asks for nothing that only panels show', async () => {
    await open();
    for (const label of ['Metrics', 'Group by', 'Format', 'Stream', 'Compare with', 'Limit']) {
      expect(screen.queryByLabelText(label)).not.toBeInTheDocument();
    }
    expect(screen.queryByRole('radiogroup')).not.toBeInTheDocument();
  });

  it('says what the back end refuses where the field is', async () => {
    await open({}, { errors: [{ refId: 'Anno', message: 'threshold: is 7; write an escalation rate' }] });
    expect(screen.getByRole('alert')).toHaveTextContent('is 7; write an escalation rate');
  });

  it('has no barriers', async () => {
    const { container } = await open({ filters: [{ dimension: 'room', operator: 'in', values: [] }] });
    await userEvent.click(screen.getByRole('button', { name: /Options/ }));
    expect(await barriers(container)).toEqual([]);
  });
});
