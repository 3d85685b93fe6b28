import { ADMIN_WORLD, ApiUser } from '../harness/admin-world';
import { eventsOf } from '../harness/people';
import { type Service, startService } from '../harness/service';

const ACME = '/csp/gateway/am/api/orgs/acme';
const ROLES = (userId: string) => `${ACME}/users/${userId}/roles`;
const TMC_ADMIN = { serviceDefinitionId: 'tmc', role: 'tmc:admin' };

describe('roles', () => {
  let service: Service;
  let owner: ApiUser;
  let admin: ApiUser;
  let operator: ApiUser;

  beforeAll(async () => {
    service = await startService({ world: ADMIN_WORLD });
    owner = new ApiUser(service, 'owner');
    admin = new ApiUser(service, 'admin');
    operator = new ApiUser(service, 'operator');
  });
  afterAll(() => service?.stop());

  it('are given and taken, one by one or all at once', async () => {
    const read = await admin.get(ROLES('u-member'));
    expect(read.json).toEqual({ roles: ['org_member'], serviceRoles: [] });
    const given = await admin.patch(ROLES('u-member'), {
      rolesToAdd: ['developer', 'developer'],
      rolesToRemove: ['csp:org_member'],
      serviceRolesToAdd: [{ ...TMC_ADMIN, resources: ['c-1'] }],
    });
    expect(given).toMatchObject({
      status: 200,
      json: { roles: ['developer'], serviceRoles: [{ ...TMC_ADMIN, resources: ['c-1'] }] },
    });
    expect(await eventsOf(service.database, given)).toMatchObject([
      { action: 'membership.update', subject: 'acme.example:u-member', reason: 'roles: developer, tmc/tmc:admin' },
    ]);
    const stale = { body: { roles: [] }, headers: { 'If-Match': read.headers.get('etag') ?? '' } };
    expect((await admin.call('PUT', ROLES('u-member'), stale)).status).toBe(412);
    const taken = await admin.patch(ROLES('u-member'), { serviceRolesToRemove: [TMC_ADMIN] });
    expect(taken.json).toEqual({ roles: ['developer'], serviceRoles: [] });
    const put = await admin.call('PUT', ROLES('u-member'), { body: { roles: ['org_member'] } });
    expect(put.json).toEqual({ roles: ['org_member'], serviceRoles: [] });
  });

  it('have to exist', async () => {
    expect((await admin.patch(ROLES('u-member'), { rolesToAdd: ['platform_operator'] })).status).toBe(400);
    const unknown = { serviceRolesToAdd: [{ serviceDefinitionId: 'nope', role: 'x' }] };
    const answer = await admin.patch(ROLES('u-member'), unknown);
    expect(answer).toMatchObject({
      status: 400,
      json: { message: 'invalid_request: serviceRoles: there is no x of nope.' },
    });
    expect((await admin.patch(ROLES('u-member'), { rolestoadd: [] })).status).toBe(400);
    expect((await admin.get(ROLES('u-beta-owner'))).status).toBe(404);
    expect((await new ApiUser(service, 'member').patch(ROLES('u-member'), { rolesToAdd: [] })).status).toBe(403);
  });

  it('of owners are for owners to give and to take', async () => {
    const owners = { rolesToAdd: ['org_owner'] };
    expect((await admin.patch(ROLES('u-admin'), owners)).status).toBe(403);
    expect((await admin.patch(ROLES('u-owner'), { rolesToRemove: ['org_owner'] })).status).toBe(403);
    expect((await admin.delete(`${ACME}/users/u-owner`)).status).toBe(403);
    expect((await owner.patch(ROLES('u-owner'), { rolesToRemove: ['org_owner'] })).status).toBe(409);
    expect((await owner.patch(ROLES('u-developer'), owners)).status).toBe(200);
  });

  it('leave an owner, even when two take each other the role at once', async () => {
    const taking = { rolesToRemove: ['org_owner'] };
    const answers = await Promise.all([
      owner.patch(ROLES('u-owner'), taking),
      owner.patch(ROLES('u-developer'), taking),
    ]);
    // 403: the guard saw the first before the second began.
    const statuses = answers.map(({ status }) => status).sort();
    expect([
      [200, 403],
      [200, 409],
    ]).toContainEqual(statuses);
    const owners = await service.database.query<{ user_id: string }>(
      `SELECT user_id FROM memberships WHERE org_id = 'acme' AND 'org_owner' = ANY(roles)`,
    );
    expect(owners).toHaveLength(1);
    expect((await operator.patch(ROLES(owners[0]?.user_id ?? ''), taking)).status).toBe(200);
    expect((await operator.patch(ROLES('u-owner'), { rolesToAdd: ['org_owner'] })).status).toBe(200);
  });

  it('are listed for any member, who has those of services for administrators', async () => {
    const member = new ApiUser(service, 'member');
    expect((await member.get(`${ACME}/roles`)).json).toMatchObject({
      totalResults: 4,
      results: [{ name: 'org_owner', permission: 'csp:org_owner' }, {}, {}, {}],
    });
    expect((await member.get(`${ACME}/service-roles`)).status).toBe(403);
    await admin.patch(ROLES('u-member'), { serviceRolesToAdd: [TMC_ADMIN] });
    expect((await admin.get(`${ACME}/service-roles?filter=tm`)).json).toMatchObject({
      totalResults: 1,
      results: [{ serviceDefinitionId: 'tmc', roles: [{ name: 'tmc:admin', memberCount: 1, members: ['u-member'] }] }],
    });
    expect((await new ApiUser(service, 'beta-owner').get(`${ACME}/roles`)).status).toBe(404);
  });
});
