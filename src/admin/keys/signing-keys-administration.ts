import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { z } from 'zod';
import { SIGNING_ALGS } from '../../keys/signing-alg';
import { SigningKeyEntity } from '../../keys/signing-key.entity';
import { containing, type ListQuery, pageOf, type PageOf } from '../paging';

/** A signing key as it is shown: that there is one, not what it is. */
export const shownSigningKey = z.object({
  kid: z.string().describe('Of the key set, where the public half is.'),
  alg: z.enum(SIGNING_ALGS),
  state: z.enum(['next', 'active', 'retiring']),
  createdAt: z.iso.datetime(),
  activeSince: z.iso.datetime().nullable().describe('Since when it signs, or when it began to.'),
  retireAt: z.iso.datetime().nullable().describe('When the last token that it signed has expired; of a retiring one.'),
  custody: z.string().describe('Who has the private half.'),
});

const SHOWN = ['kid', 'alg', 'state', 'createdAt', 'activeSince', 'retireAt', 'custody'] as const;

type ShownSigningKey = z.output<typeof shownSigningKey>;

/** The keys of the service, for those who watch over the platform. */
@Injectable()
export class SigningKeysAdministration {
  constructor(@InjectRepository(SigningKeyEntity) private readonly keys: Repository<SigningKeyEntity>) {}

  /** By kid; a filter finds parts of kid and algorithm, and states. */
  list(query: ListQuery, path: string): Promise<PageOf<ShownSigningKey>> {
    // Not the private half, sealed as it is: nobody here needs it.
    const rows = this.keys.createQueryBuilder('key').select(SHOWN.map((column) => `key.${column}`));
    if (query.filter !== undefined) {
      rows.where('(key.kid ILIKE :filter OR key.alg ILIKE :filter OR key.state = :state)', {
        filter: containing(query.filter),
        state: query.filter,
      });
    }
    return pageOf({ rows, key: 'key.kid', keyOf: ({ kid }) => kid, show: showSigningKey, path, query });
  }
}

function showSigningKey(key: SigningKeyEntity): ShownSigningKey {
  const { kid, alg, state, createdAt, activeSince, retireAt, custody } = key;
  return {
    ...{ kid, alg, state, custody },
    createdAt: createdAt.toISOString(),
    activeSince: activeSince?.toISOString() ?? null,
    retireAt: retireAt?.toISOString() ?? null,
  };
}
