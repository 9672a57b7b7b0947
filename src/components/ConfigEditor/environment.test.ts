import { hostOf, isAddress, normalise } from './environment';

describe('an environment’s address', () => {
  it.each([
    ['https://contoso.crm4.dynamics.com', 'https://contoso.crm4.dynamics.com'],
    ['  Contoso.CRM4.dynamics.com ', 'https://contoso.crm4.dynamics.com'],
    ['https://contoso.crm4.dynamics.com/main.aspx?appid=1#x', 'https://contoso.crm4.dynamics.com'],
    ['http://contoso.crm4.dynamics.com/', 'https://contoso.crm4.dynamics.com'],
    ['contoso.crm4.dynamics.com,5558', 'https://contoso.crm4.dynamics.com:5558'],
    ['tcp:contoso.crm4.dynamics.com,1433', 'https://contoso.crm4.dynamics.com:1433'],
    ['tcp://localhost:14330', 'https://localhost:14330'],
    ['https://contoso.crm4.dynamics.com:443', 'https://contoso.crm4.dynamics.com'],
  ])('%s is saved as %s', (written, saved) => {
    expect(normalise(written)).toBe(saved);
    expect(normalise(saved)).toBe(saved);
    expect(isAddress(written)).toBe(true);
  });

  it.each(['', ' ', 'https://', 'ftp://contoso', 'https://user:secret@contoso', 'two words'])(
    '%p is left to the back end to refuse',
    (written) => {
      expect(normalise(written)).toBe(written.trim());
      expect(isAddress(written)).toBe(false);
      expect(hostOf(written)).toBe('');
    }
  );

  it('has a host without a port', () => {
    expect(hostOf('https://localhost:14330')).toBe('localhost');
    expect(hostOf(undefined)).toBe('');
  });
});
