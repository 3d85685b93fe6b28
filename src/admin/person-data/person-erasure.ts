import { Injectable } from '@nestjs/common';
import { InjectEntityManager } from '@nestjs/typeorm';
import { EntityManager } from 'typeorm';
import { z } from 'zod';
import { Administration, type Administrator } from '../administration';
import { deleteAccount } from '../users/delete-account';
import { lockedUser, noSuchThing } from '../users/found-member';
import { type KnownNames, namesInTrail, namesOf } from './known-names';
import { Pseudonyms } from './pseudonyms';
import { TrailPseudonymiser } from './trail-pseudonymiser';

export const erasure = z.object({
  pseudonym: z.string().describe('Stands for the person in the audit trail.'),
  auditEvents: z.int().describe('How many events named the person.'),
});

/** Erases one person. */
@Injectable()
export class PersonErasure {
  constructor(
    private readonly administration: Administration,
    private readonly pseudonyms: Pseudonyms,
    private readonly trail: TrailPseudonymiser,
    @InjectEntityManager() private readonly manager: EntityManager,
  ) {}

  /**
   * The account goes first, with all that belongs to it, then the names in the audit trail. Should the second fail, the
   * same request again goes on with it: it needs no account, only a trace of one.
   * @throws {GatehouseError} `not_found` when there is neither
   */
  async erase(userId: string, by: Administrator): Promise<z.output<typeof erasure>> {
    const pseudonym = await this.pseudonyms.of(userId);
    const names = (await this.eraseAccount(userId, pseudonym, by)) ?? (await this.traces(userId, pseudonym, by));
    return { pseudonym, auditEvents: await this.trail.replace(names, pseudonym) };
  }

  private eraseAccount(userId: string, pseudonym: string, by: Administrator): Promise<KnownNames | undefined> {
    return this.administration.change(by, async (transaction, record) => {
      const user = await lockedUser(transaction, userId);
      if (user === null) return undefined;
      await deleteAccount(transaction, user);
      await record({ action: 'person.erase', subject: pseudonym, orgId: user.defaultOrgId });
      return namesOf(user);
    });
  }

  private async traces(userId: string, pseudonym: string, by: Administrator): Promise<KnownNames> {
    const names = await namesInTrail(this.manager, userId);
    if (names === undefined) throw noSuchThing();
    await this.administration.change(by, (_transaction, record) =>
      record({ action: 'person.erase', subject: pseudonym, reason: 'the account was gone already' }),
    );
    return names;
  }
}
