import { readFile } from 'node:fs/promises';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { isStorable, UNSTORABLE } from '../database/field-rules';
import { type World, worldSchema } from './world.schema';
import { OperatorError } from '../errors/operator-error';

/** A seed file that cannot be applied: every fault with its place, none with a value. */
export class SeedFileError extends OperatorError {
  constructor(
    file: string,
    readonly faults: readonly string[],
  ) {
    super(`The seed file ${file} cannot be applied:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/** @throws {SeedFileError} */
export async function readWorldFile(file: string): Promise<World> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new SeedFileError(file, [`cannot be read: ${code}`]);
  }
  return readWorld(text, file);
}

/**
 * Reads a world from YAML or JSON, which YAML includes.
 * @param file its name, for the error
 * @throws {SeedFileError} with all faults at once
 */
export function readWorld(text: string, file: string): World {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new SeedFileError(
      file,
      document.errors.map(
        ({ code, pos }) => `line ${lines.linePos(pos[0]).line}: ${code.toLowerCase().replaceAll('_', ' ')}`,
      ),
    );
  }
  const value = valueOf(document, file);
  const unstorable = unstorableIn(value);
  const parsed = worldSchema.safeParse(value);
  if (parsed.success && unstorable.length === 0) return parsed.data;

  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const faults = [...unstorable, ...(parsed.error?.issues ?? [])]
    .map(({ path, message }) => ({ line: lineOf(path), text: `${placeOf(path)}${message}` }))
    .sort((one, other) => one.line - other.line);
  throw new SeedFileError(
    file,
    faults.map(({ line, text }) => `line ${line}: ${text}`),
  );
}

interface Fault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Where there is text, in a value or as a key, that the database cannot hold. */
function unstorableIn(value: unknown, path: readonly PropertyKey[] = []): Fault[] {
  const here = { path, message: UNSTORABLE };
  if (typeof value === 'string') return isStorable(value) ? [] : [here];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [
    ...(isStorable(key) ? [] : [here]),
    ...unstorableIn(part, [...path, Array.isArray(value) ? Number(key) : key]),
  ]);
}

/** @throws {SeedFileError} for an alias: those could grow without end */
function valueOf(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 }) ?? {};
  } catch {
    throw new SeedFileError(file, ['aliases (*name) are not taken']);
  }
}

/** `clients[0].secret: ` */
function placeOf(path: readonly PropertyKey[]): string {
  const place = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return place === '' ? '' : `${place.slice(1)}: `;
}
