import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import type { z } from 'zod';
import { GatehouseError } from '../../errors/gatehouse-error';
import { ClientEntity } from '../../clients/client.entity';
import { OrgEntity } from '../../orgs/org.entity';
import { Administration, type Administrator } from '../administration';
import { changesInWords } from '../changes-in-words';
import { Endings } from '../endings';
import { type Conditional, requireMatch } from '../entity-tag';
import { parsed } from '../json-body';
import { mergePatch } from '../merge-patch';
import { containing, type ListQuery, pageOf, type PageOf } from '../paging';
import { Deletions } from '../deletions';
import { type newOrg, orgSettings, type ShownOrg, showOrg } from './org.shape';

/** The org of the platform itself: without it nobody could administer anything. */
export const PLATFORM_ORG = 'platform';

/** Orgs, for those who administer them. */
@Injectable()
export class OrgsAdministration {
  constructor(
    @InjectRepository(OrgEntity) private readonly orgs: Repository<OrgEntity>,
    private readonly administration: Administration,
    private readonly endings: Endings,
    private readonly deletions: Deletions,
  ) {}

  /** By id; a filter finds parts of id, name and display name. */
  list(query: ListQuery, path: string): Promise<PageOf<ShownOrg>> {
    const rows = this.orgs.createQueryBuilder('org').where('org.deletingSince IS NULL');
    if (query.filter !== undefined) {
      rows.andWhere('(org.id ILIKE :filter OR org.name ILIKE :filter OR org.displayName ILIKE :filter)', {
        filter: containing(query.filter),
      });
    }
    return pageOf({ rows, key: 'org.id', keyOf: ({ id }) => id, show: showOrg, path, query });
  }

  /** @throws {GatehouseError} `not_found`, `state_conflict` while it is being deleted */
  async find(id: string): Promise<ShownOrg> {
    return showOrg(present(await this.orgs.findOneBy({ id })));
  }

  /** @throws {GatehouseError} `state_conflict` when there is such an org */
  create({ id = randomUUID(), ...settings }: z.output<typeof newOrg>, by: Administrator): Promise<ShownOrg> {
    return this.administration.change(by, async (transaction, record) => {
      if (await transaction.existsBy(OrgEntity, { id })) {
        throw new GatehouseError('state_conflict', `There is an org ${id} already.`);
      }
      await transaction.insert(OrgEntity, { id, ...columns(settings) });
      await record({ action: 'org.create', orgId: id });
      return showOrg(await transaction.findOneByOrFail(OrgEntity, { id }));
    });
  }

  /**
   * @param patch a merge patch of the org's settings
   * @throws {GatehouseError} `not_found`, `invalid_request`, `precondition_failed`, `state_conflict`
   */
  change(id: string, patch: unknown, request: Conditional, by: Administrator): Promise<ShownOrg> {
    return this.administration.change(by, async (transaction, record) => {
      const kept = await locked(transaction, id);
      requireMatch(request, showOrg(kept));
      const { name, displayName, logo, disabled } = showOrg(kept);
      const settings = parsed(
        mergePatch({ name, displayName, ...(logo === null ? {} : { logo }), disabled }, patch),
        orgSettings,
      );
      if (settings.disabled && id === PLATFORM_ORG) {
        throw new GatehouseError('state_conflict', 'The org of the platform cannot be disabled.');
      }
      await transaction.update(OrgEntity, { id }, columns(settings, kept));
      if (settings.disabled !== (kept.disabledAt !== null)) await this.endings.ofOrg(transaction, id);
      const changed = showOrg(await transaction.findOneByOrFail(OrgEntity, { id }));
      const reason = changesInWords(showOrg(kept), changed, ['disabled', 'name']);
      await record({ action: 'org.update', orgId: id, reason });
      return changed;
    });
  }

  /**
   * Begins to delete an org: from now on it is gone for everyone; its things follow.
   * @throws {GatehouseError} `not_found`, `precondition_failed`, `state_conflict` while that is under way
   */
  async delete(id: string, request: Conditional, by: Administrator): Promise<void> {
    await this.administration.change(by, async (transaction, record) => {
      const kept = await locked(transaction, id);
      requireMatch(request, showOrg(kept));
      if (id === PLATFORM_ORG) throw new GatehouseError('state_conflict', 'The org of the platform cannot be deleted.');
      await this.endings.ofOrg(transaction, id);
      const now = new Date();
      await transaction.update(OrgEntity, { id }, { disabledAt: kept.disabledAt ?? now, deletingSince: now });
      await transaction.update(ClientEntity, { orgId: id }, { disabledAt: now, deletingSince: now });
      await record({ action: 'org.delete', orgId: id });
    });
    this.deletions.wake();
  }
}

function columns({ name, displayName = name, logo, disabled }: z.output<typeof orgSettings>, kept?: OrgEntity) {
  const disabledAt = disabled ? (kept?.disabledAt ?? new Date()) : null;
  return { name, displayName, logo: logo ?? null, disabledAt };
}

async function locked(transaction: EntityManager, id: string): Promise<OrgEntity> {
  // Not against new logins, which refer to it: who begins one may hold what is ended here.
  return present(await transaction.findOne(OrgEntity, { where: { id }, lock: { mode: 'for_no_key_update' } }));
}

function present(org: OrgEntity | null): OrgEntity {
  if (org === null) throw new GatehouseError('not_found', 'There is no such thing, or it is not yours.');
  if (org.deletingSince !== null) throw new GatehouseError('state_conflict', `Org ${org.id} is being deleted.`);
  return org;
}
