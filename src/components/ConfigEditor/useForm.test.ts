import { renderHook } from '@testing-library/react';

import { useForm, type Props } from './useForm';

/** The form of settings that are not shown again after a change, as within one moment. */
function form(jsonData: Props['options']['jsonData']) {
  const onOptionsChange = jest.fn();
  const options = { jsonData, secureJsonData: {}, secureJsonFields: {} } as Props['options'];
  const { result } = renderHook(() => useForm({ options, onOptionsChange }));
  return { ...result.current, onOptionsChange };
}

describe('a change of the settings', () => {
  it('is handed over once, however often a list says what has been chosen', () => {
    const { setCredentials, onOptionsChange } = form({ azureCredentials: { authType: 'clientsecret' } });
    setCredentials({ authType: 'accesstoken' });
    setCredentials({ authType: 'accesstoken' });
    expect(onOptionsChange).toHaveBeenCalledTimes(1);
  });

  it('does not undo another one within the same moment', () => {
    const { setJson, setCredentials, setSecret, onOptionsChange } = form({
      environment: 'https://contoso.crm.dynamics.com',
    });
    setJson({ timeZone: 'UTC' });
    setCredentials({ tenantId: 'a' });
    setCredentials({ clientId: 'b' });
    setSecret('accessToken', 'c');
    expect(onOptionsChange).toHaveBeenLastCalledWith(
      expect.objectContaining({
        jsonData: {
          environment: 'https://contoso.crm.dynamics.com',
          timeZone: 'UTC',
          azureCredentials: { tenantId: 'a', clientId: 'b' },
        },
        secureJsonData: { accessToken: 'c' },
      })
    );
  });
});
