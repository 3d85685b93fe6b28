import type { Form } from '../grants/form';

/** A page's own URL with some of its parameters changed; undefined takes one out. */
export function ownUrl(path: string, form: Form, changes: Record<string, string | undefined>): string {
  const parameters = new URLSearchParams([...form].filter(([name]) => !(name in changes)));
  for (const [name, value] of Object.entries(changes)) if (value !== undefined) parameters.set(name, value);
  return `${path}?${parameters.toString()}`;
}
