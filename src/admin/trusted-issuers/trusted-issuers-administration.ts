import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import type { z } from 'zod';
import { GatehouseError } from '../../errors/gatehouse-error';
import { TrustedIssuerEntity } from '../../trust/trusted-issuer.entity';
import { Administration, type Administrator } from '../administration';
import { type Conditional, requireMatch } from '../entity-tag';
import { insertNew } from '../insert-new';
import { parsed } from '../json-body';
import { requireOrg } from '../known-org';
import { mergePatch } from '../merge-patch';
import { containing, type ListQuery, pageOf, type PageOf } from '../paging';
import {
  issuerOf,
  type newTrustedIssuer,
  type ShownTrustedIssuer,
  showTrustedIssuer,
  trustedIssuerSettings,
} from './trusted-issuer.shape';

/** Whose assertions count, for those who administer the platform. */
@Injectable()
export class TrustedIssuersAdministration {
  constructor(
    @InjectRepository(TrustedIssuerEntity) private readonly issuers: Repository<TrustedIssuerEntity>,
    private readonly administration: Administration,
  ) {}

  /** By issuer; a filter finds parts of issuer and org. */
  list(query: ListQuery, path: string): Promise<PageOf<ShownTrustedIssuer>> {
    const rows = this.issuers.createQueryBuilder('trusted');
    if (query.filter !== undefined) {
      rows.where('(trusted.issuer ILIKE :filter OR trusted.orgId ILIKE :filter)', { filter: containing(query.filter) });
    }
    return pageOf({ rows, key: 'trusted.issuer', keyOf: ({ issuer }) => issuer, show: showTrustedIssuer, path, query });
  }

  /** @throws {GatehouseError} `not_found` */
  async find(id: string): Promise<ShownTrustedIssuer> {
    return showTrustedIssuer(present(await this.issuers.findOneBy({ issuer: named(id) })));
  }

  /** @throws {GatehouseError} `invalid_request` for an org that is not there, `state_conflict` for an issuer that is */
  create({ issuer, ...settings }: z.output<typeof newTrustedIssuer>, by: Administrator): Promise<ShownTrustedIssuer> {
    return this.administration.change(by, async (transaction, record) => {
      await requireOrg(transaction, settings.org);
      await insertNew(transaction, TrustedIssuerEntity, { issuer, ...columns(settings) }, `trusted issuer ${issuer}`);
      await record({ action: 'trusted_issuer.create', orgId: settings.org, reason: issuer });
      return shown(transaction, issuer);
    });
  }

  /**
   * @param patch a merge patch of the settings
   * @throws {GatehouseError} `not_found`, `invalid_request`, `precondition_failed`
   */
  change(id: string, patch: unknown, request: Conditional, by: Administrator): Promise<ShownTrustedIssuer> {
    return this.administration.change(by, async (transaction, record) => {
      const { id: _id, issuer, ...kept } = showTrustedIssuer(await locked(transaction, id, request));
      const present = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== null));
      const settings = parsed(mergePatch(present, patch), trustedIssuerSettings);
      await requireOrg(transaction, settings.org);
      await transaction.update(TrustedIssuerEntity, { issuer }, columns(settings));
      await record({ action: 'trusted_issuer.update', orgId: settings.org, reason: issuer });
      return shown(transaction, issuer);
    });
  }

  /**
   * From now on nothing that it asserts counts.
   * @throws {GatehouseError} `not_found`, `precondition_failed`
   */
  delete(id: string, request: Conditional, by: Administrator): Promise<void> {
    return this.administration.change(by, async (transaction, record) => {
      const { issuer, orgId } = await locked(transaction, id, request);
      await transaction.delete(TrustedIssuerEntity, { issuer });
      await record({ action: 'trusted_issuer.delete', orgId, reason: issuer });
    });
  }
}

function columns({ org, jwks, jwksUri, allowPrivateAddress, subjectClaim }: z.output<typeof trustedIssuerSettings>) {
  return {
    orgId: org,
    jwks: jwks ?? null,
    jwksUri: jwksUri ?? null,
    privateAddress: allowPrivateAddress,
    subjectClaim,
  };
}

async function shown(transaction: EntityManager, issuer: string): Promise<ShownTrustedIssuer> {
  return showTrustedIssuer(await transaction.findOneByOrFail(TrustedIssuerEntity, { issuer }));
}

async function locked(transaction: EntityManager, id: string, request: Conditional): Promise<TrustedIssuerEntity> {
  const lock = { mode: 'pessimistic_write' } as const;
  const issuer = present(await transaction.findOne(TrustedIssuerEntity, { where: { issuer: named(id) }, lock }));
  requireMatch(request, showTrustedIssuer(issuer));
  return issuer;
}

function named(id: string): string {
  return present(issuerOf(id) ?? null);
}

function present<T>(found: T | null): T {
  if (found === null) throw new GatehouseError('not_found', 'There is no such thing, or it is not yours.');
  return found;
}
