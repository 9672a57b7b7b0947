import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';

import { Choice } from './Choice';

const options = ['red', 'green', 'blue'].map((value) => ({ value, label: value }));

async function choose(name: string) {
  await userEvent.click(screen.getByRole('combobox', { name: 'Colour' }));
  await userEvent.click(await screen.findByRole('option', { name }));
}

it('tells a choice once, also where the page does not show it yet', async () => {
  const told = jest.fn();
  const choice = (value: string) => (
    <Choice id="colour" name="Colour" options={options} value={value} width={20} onChange={told} />
  );
  const { rerender } = render(choice('red'));
  await choose('green');
  await choose('green');
  expect(told.mock.calls).toEqual([['green']]);
  rerender(choice('green'));
  await choose('red');
  expect(told.mock.calls).toEqual([['green'], ['red']]);
});

it('has a name also in Grafana 12, which takes no aria-label', () => {
  render(<Choice id="colour" name="Colour" options={options} value="red" width={20} onChange={jest.fn()} />);
  const list = screen.getByRole('combobox', { name: 'Colour' });
  expect(list).not.toHaveAttribute('aria-label');
  expect(list).toHaveAttribute('aria-labelledby', 'colour-label');
});
