import type { GatehouseError } from './gatehouse-error';

/** Its message as `error_description`: printable ASCII without `"` and `\` only (RFC 6749 sections 4.1.2.1 and 5.2). */
export function errorDescription({ message }: GatehouseError): string {
  return message.replaceAll('"', "'").replace(/[^\x20-\x7E]|\\/g, '?');
}
