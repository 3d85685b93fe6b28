import { OrgEntity } from '../orgs/org.entity';
import { ServiceDefinitionEntity } from '../services/service-definition.entity';
import { TrustedIssuerEntity } from '../trust/trusted-issuer.entity';
import { DomainEntity } from '../users/domain.entity';
import { GroupEntity } from '../users/group.entity';
import { seedEach } from './seed-each';
import type { Seeding } from './seeding';
import type { World } from './world.schema';

export async function seedOrgs({ orgs }: World, seeding: Seeding): Promise<void> {
  const things = orgs.map(({ id, name, displayName = name, logo = null }) => ({
    label: id,
    key: { id },
    columns: { id, name, displayName, logo },
    event: { orgId: id },
  }));
  await seedEach(OrgEntity, 'org', things, seeding);
}

/** What people are in and have: domains, services and groups. */
export async function seedDirectory({ domains, serviceDefinitions, groups }: World, seeding: Seeding): Promise<void> {
  const ofDomains = domains.map(({ name, displayName = name, org }) => ({
    label: name,
    key: { name },
    columns: { name, displayName, orgId: org },
    event: { orgId: org },
  }));
  await seedEach(DomainEntity, 'domain', ofDomains, seeding);

  const ofServices = serviceDefinitions.map(({ id, name = id, roles }) => ({
    label: id,
    key: { id },
    columns: { id, name, roles },
    event: {},
  }));
  await seedEach(ServiceDefinitionEntity, 'service_definition', ofServices, seeding);

  const ofGroups = groups.map(({ id, name, org }) => ({
    label: id,
    key: { id },
    columns: { id, name, orgId: org },
    event: { orgId: org },
  }));
  await seedEach(GroupEntity, 'group', ofGroups, seeding);
}

export async function seedTrustedIssuers({ trustedIssuers }: World, seeding: Seeding): Promise<void> {
  const things = trustedIssuers.map(({ issuer, org, jwks, jwksUri, allowPrivateAddress, subjectClaim }) => ({
    label: issuer,
    key: { issuer },
    columns: {
      issuer,
      orgId: org,
      jwks: jwks ?? null,
      jwksUri: jwksUri ?? null,
      privateAddress: allowPrivateAddress,
      subjectClaim,
    },
    event: { orgId: org },
  }));
  await seedEach(TrustedIssuerEntity, 'trusted_issuer', things, seeding);
}
