import { validate } from 'class-validator';
import { GatehouseError } from '../errors/gatehouse-error';
import type { Form } from './form';

/**
 * Picks parameters out of the form and validates them.
 * @throws {GatehouseError} `invalid_request` that names all faulty ones
 */
export async function readParameters<P extends object>(
  params: new () => P,
  names: readonly { readonly name: string }[],
  form: Form,
): Promise<P> {
  const read = new params();
  for (const { name } of names) {
    const value = form.get(name);
    if (value !== undefined) Object.assign(read, { [name]: value });
  }
  const faults = names.length === 0 ? [] : await validate(read, { stopAtFirstError: true });
  if (faults.length > 0) {
    const messages = faults.flatMap(({ constraints = {} }) => Object.values(constraints));
    throw new GatehouseError('invalid_request', `${messages.join('; ')}.`);
  }
  return read;
}
