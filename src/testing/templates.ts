import type { ScopedVars, TypedVariableModel } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';

interface Variable {
  value: string | string[];
  /** Set to All: its value is then the list of all of its options. */
  all?: boolean;
}

type Format = string | ((value: string | string[]) => string) | undefined;

/** Replaces variables as Grafana does, in the two forms that the data source asks for. */
export function templates(variables: Record<string, Variable> = {}): TemplateSrv {
  const formatted = (name: string, { value, all }: Variable, format: Format): string => {
    if (format === 'queryparam') {
      return (all ? ['$__all'] : [value].flat()).map((one) => `var-${name}=${one}`).join('&');
    }
    if (typeof format === 'function') {
      return format(value);
    }
    return Array.isArray(value) && value.length > 1 ? `{${value.join(',')}}` : [value].flat().join(',');
  };
  const replace = (text = '', scoped?: ScopedVars, format?: Format) =>
    text.replace(/\$\{(\w+)\}|\$(\w+)/g, (match, braced, plain) => {
      const name = braced ?? plain;
      const variable = scoped?.[name] ? { value: scoped[name].value } : variables[name];
      return variable ? formatted(name, variable, format) : match;
    });
  return {
    replace,
    containsTemplate: (text) => text !== undefined && replace(text) !== text,
    getVariables: () => Object.keys(variables).map((name) => ({ name }) as TypedVariableModel),
    updateTimeRange: () => undefined,
  } as TemplateSrv;
}
