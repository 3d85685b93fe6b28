import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { GatehouseError } from '../../errors/gatehouse-error';
import { userName } from '../../tokens/subject-name';
import { UserEntity } from '../../users/user.entity';
import { Administration, type Administrator } from '../administration';
import { parsedQuery } from '../json-body';
import { noSuchThing } from '../users/found-member';
import { readSection, SECTION_NAMES, type SectionName } from './export-sections';

const records = z.array(z.record(z.string(), z.unknown())).optional();

export const personExport = z.object({
  account: z.record(z.string(), z.unknown()),
  ...Object.fromEntries(SECTION_NAMES.map((name) => [name, records])),
  nextLink: z.string().nullable(),
});

export const exportQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(500).describe('Records on a page, of all kinds together.'),
  cursor: z.string().max(2_048).optional(),
});

/** Where the next page begins. */
const cursorShape = z.strictObject({
  section: z.enum(SECTION_NAMES),
  after: z
    .string()
    .refine((key) => !key.includes('\0'))
    .optional(),
});
type Cursor = z.output<typeof cursorShape>;

interface Page {
  readonly sections: Partial<Record<SectionName, object[]>>;
  readonly next: Cursor | undefined;
}

/** Gathers all that is kept of one person. */
@Injectable()
export class PersonExport {
  constructor(private readonly administration: Administration) {}

  /**
   * A page of it; each page is an export of its own in the audit trail.
   * @throws {GatehouseError} `not_found`, `invalid_request`
   */
  export(userId: string, query: unknown, path: string, by: Administrator): Promise<object> {
    const { limit, cursor } = parsedQuery(query, exportQuery);
    const from = cursor === undefined ? undefined : readCursor(cursor);
    return this.administration.change(by, async (transaction, record) => {
      const user = await transaction.findOneBy(UserEntity, { id: userId });
      if (user === null) throw noSuchThing();
      const { sections, next } = await pageFrom(transaction, user, from, limit);
      await record({ action: 'person.export', subject: userName(user), orgId: user.defaultOrgId });
      return { account: showAccount(user), ...sections, nextLink: next === undefined ? null : link(path, limit, next) };
    });
  }
}

async function pageFrom(
  transaction: EntityManager,
  user: UserEntity,
  from: Cursor | undefined,
  limit: number,
): Promise<Page> {
  const person = { id: user.id, names: [userName(user), user.id] };
  const sections: Page['sections'] = {};
  let left = limit;
  for (const name of SECTION_NAMES.slice(from === undefined ? 0 : SECTION_NAMES.indexOf(from.section))) {
    const after = name === from?.section ? from.after : undefined;
    // One more tells whether there are more.
    const found = await readSection(transaction, name, person, after, left + 1);
    const shown = found.slice(0, left);
    sections[name] = shown.map(({ record }) => record);
    if (found.length > left) return { sections, next: { section: name, after: shown.at(-1)?.key ?? after } };
    left -= shown.length;
  }
  return { sections, next: undefined };
}

function showAccount(user: UserEntity): object {
  const { usernameKey: _name, emailKey: _email, passwordHash, ...account } = user;
  return { ...account, hasPassword: passwordHash !== null };
}

function link(path: string, limit: number, cursor: Cursor): string {
  const text = Buffer.from(JSON.stringify(cursor)).toString('base64url');
  return `${path}?${new URLSearchParams({ limit: String(limit), cursor: text }).toString()}`;
}

function readCursor(text: string): Cursor {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    value = undefined;
  }
  const { success, data } = cursorShape.safeParse(value);
  const sane = success && (data.section !== 'auditEvents' || /^\d{1,18}$/.test(data.after ?? '0'));
  if (!sane) throw new GatehouseError('invalid_request', 'cursor: is not one that an export has given.');
  return data;
}
