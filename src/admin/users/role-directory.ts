import { Injectable } from '@nestjs/common';
import { InjectEntityManager } from '@nestjs/typeorm';
import { EntityManager } from 'typeorm';
import { z } from 'zod';
import { ORG_ROLES, type OrgRole } from '../../access/access.decorator';
import { orgPermission } from '../../services/permission-names';
import { ServiceDefinitionEntity } from '../../services/service-definition.entity';
import { OrgsAdministration } from '../orgs/orgs-administration';
import { containing, type ListQuery, pageOf, type PageOf } from '../paging';

const MEANING: Readonly<Record<OrgRole, string>> = {
  org_owner: 'Administers the organization, and says who owns it.',
  org_admin: 'Administers the people and clients of the organization.',
  developer: 'Registers clients of the organization.',
  org_member: 'Has a part in the organization.',
};

/** Members that are named for each role; the rest is counted. */
const NAMED_MEMBERS = 100;

/** All on one page. */
export const shownOrgRoles = z.object({
  results: z.array(z.object({ name: z.enum(ORG_ROLES), permission: z.string(), description: z.string() })),
  totalResults: z.int(),
  nextLink: z.null(),
  prevLink: z.null(),
});

export const shownService = z.object({
  serviceDefinitionId: z.string(),
  name: z.string(),
  roles: z.array(
    z.object({
      name: z.string(),
      permissions: z.array(z.object({ permissionId: z.string(), resources: z.array(z.string()) })),
      memberCount: z.int().describe('Members of the organization who have it.'),
      members: z.array(z.string()).describe(`The ids of the first ${NAMED_MEMBERS} of them.`),
    }),
  ),
});
type ShownService = z.output<typeof shownService>;

/** Roles that there are to give, and who has them. */
@Injectable()
export class RoleDirectory {
  constructor(
    @InjectEntityManager() private readonly manager: EntityManager,
    private readonly orgs: OrgsAdministration,
  ) {}

  /**
   * The mightiest first.
   * @throws {GatehouseError} `not_found`
   */
  async ofOrg(orgId: string): Promise<z.output<typeof shownOrgRoles>> {
    await this.orgs.find(orgId);
    const results = ORG_ROLES.map((name) => ({ name, permission: orgPermission(name), description: MEANING[name] }));
    return { results, totalResults: results.length, nextLink: null, prevLink: null };
  }

  /**
   * By service definition id; a filter finds parts of id and name.
   * @throws {GatehouseError} `not_found`
   */
  async ofServices(orgId: string, query: ListQuery, path: string): Promise<PageOf<ShownService>> {
    await this.orgs.find(orgId);
    const rows = this.manager.createQueryBuilder(ServiceDefinitionEntity, 'service');
    if (query.filter !== undefined) {
      rows.where('(service.id ILIKE :filter OR service.name ILIKE :filter)', { filter: containing(query.filter) });
    }
    const page = await pageOf({
      ...{ rows, path, query, key: 'service.id' },
      keyOf: ({ id }) => id,
      show: (service) => service,
    });
    const holders = await this.holders(orgId, page.results);
    return { ...page, results: page.results.map((service) => show(service, holders)) };
  }

  private holders(orgId: string, services: readonly ServiceDefinitionEntity[]): Promise<Holders[]> {
    return this.manager.query<Holders[]>(
      `SELECT held.role->>'serviceDefinitionId' AS service, held.role->>'role' AS role, count(*)::int AS count,
              (array_agg(user_id ORDER BY user_id COLLATE "C"))[1:${NAMED_MEMBERS}] AS members
       FROM memberships, jsonb_array_elements(service_roles) AS held (role)
       WHERE org_id = $1 AND held.role->>'serviceDefinitionId' = ANY($2)
       GROUP BY 1, 2`,
      [orgId, services.map(({ id }) => id)],
    );
  }
}

interface Holders {
  readonly service: string;
  readonly role: string;
  readonly count: number;
  readonly members: string[];
}

function show({ id, name, roles }: ServiceDefinitionEntity, holders: readonly Holders[]): ShownService {
  return {
    serviceDefinitionId: id,
    name,
    roles: roles.map((role) => {
      const held = holders.find((one) => one.service === id && one.role === role.name);
      return {
        name: role.name,
        permissions: role.permissions.map(({ permissionId, resources }) => ({
          permissionId,
          resources: [...resources],
        })),
        memberCount: held?.count ?? 0,
        members: held?.members ?? [],
      };
    }),
  };
}
