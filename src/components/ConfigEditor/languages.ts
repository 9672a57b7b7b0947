import type { ComboboxOption } from '@grafana/ui';

/** Languages of Dataverse by their LCID, the number that it has for each. Any other number can be typed. */
const names: Record<number, string> = {
  1025: 'Arabic',
  1028: 'Chinese (Traditional, Taiwan)',
  1029: 'Czech',
  1030: 'Danish',
  1031: 'German',
  1032: 'Greek',
  1033: 'English (United States)',
  1035: 'Finnish',
  1036: 'French',
  1037: 'Hebrew',
  1038: 'Hungarian',
  1040: 'Italian',
  1041: 'Japanese',
  1042: 'Korean',
  1043: 'Dutch',
  1044: 'Norwegian',
  1045: 'Polish',
  1046: 'Portuguese (Brazil)',
  1049: 'Russian',
  1053: 'Swedish',
  1055: 'Turkish',
  2052: 'Chinese (Simplified)',
  2070: 'Portuguese (Portugal)',
  3082: 'Spanish',
};

export const languages: ComboboxOption[] = Object.entries(names)
  .map(([value, label]) => ({ value, label, description: value }))
  .sort((a, b) => a.label.localeCompare(b.label));
