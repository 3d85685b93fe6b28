import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { storable } from '../admin/json-body';
import { OperatorError } from '../errors/operator-error';

/**
 * A JSON text of a file, or of the standard input for `-`: not an argument, which other users of the machine can see.
 * @throws {OperatorError}
 * @throws {GatehouseError} `invalid_request` for what no database could hold
 */
export async function readJson(file: string): Promise<unknown> {
  let value: unknown;
  try {
    value = JSON.parse(file === '-' ? await text(process.stdin) : await readFile(file, 'utf8'));
  } catch (cause) {
    // What JSON.parse says quotes the text, in which a password may stand.
    const because = cause instanceof Error && !(cause instanceof SyntaxError) ? cause.message : 'it is no valid JSON';
    throw new OperatorError(`${nameOf(file)} cannot be read: ${because}`);
  }
  return storable(value, nameOf(file));
}

function nameOf(file: string): string {
  return file === '-' ? 'The standard input' : file;
}
