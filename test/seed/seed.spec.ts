import { ClientStore } from '../../src/clients/client.store';
import { readWorld, SeedFileError } from '../../src/seed/read-world';
import type { SeedReport } from '../../src/seed/seed-report';
import { WorldSeeder } from '../../src/seed/world-seeder';
import { basic, post } from '../harness/http';
import { type Service, startService } from '../harness/service';

const WORLD = `
orgs: [{ id: acme, name: ACME }]
clients:
  - { id: one, org: acme, secret: first-secret, displayName: One, grantTypes: [client_credentials] }
  - { id: two, org: acme, grantTypes: [client_credentials] }
`;

function faultsOf(text: string): readonly string[] {
  try {
    readWorld(text, 'world.yaml');
  } catch (error) {
    if (error instanceof SeedFileError) return error.faults;
    throw error;
  }
  return [];
}

describe('seed file', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service?.stop());

  function apply(text: string, update = false): Promise<SeedReport> {
    return service.app.get(WorldSeeder).apply(readWorld(text, 'world'), 'world', { update });
  }
  const tokenStatus = async (id: string, secret: string) =>
    (
      await post(`${service.url}/oauth2/token`, {
        form: { grant_type: 'client_credentials' },
        headers: basic(id, secret),
      })
    ).status;

  it('creates what is missing, once, and records it', async () => {
    const first = await apply(WORLD);
    expect(first.created).toEqual(['org acme', 'client one', 'client two']);
    expect(await tokenStatus('one', 'first-secret')).toBe(200);
    expect(await tokenStatus('two', first.generatedSecrets.get('two') ?? '')).toBe(200);

    const second = await apply(WORLD);
    expect(second).toMatchObject({ created: [], changed: [], different: [] });
    const events = await service.database.query<{ action: string }>(
      `SELECT action FROM audit_events WHERE action NOT LIKE 'token.%' AND reason = 'seed world'`,
    );
    expect(events.map(({ action }) => action)).toEqual(['org.create', 'client.create', 'client.create']);
  });

  it('reports what differs, and changes it only when asked to', async () => {
    const other = WORLD.replace('One', 'Uno').replace('first-secret', 'other-secret');
    expect((await apply(other)).different).toEqual(['client one: displayName, secret']);
    expect(await tokenStatus('one', 'first-secret')).toBe(200);

    expect((await apply(other, true)).changed).toEqual(['client one: displayName, secret']);
    expect(await tokenStatus('one', 'first-secret')).toBe(401);
    expect(await tokenStatus('one', 'other-secret')).toBe(200);
  });

  it('counts at once here: nothing is remembered from before', async () => {
    const clients = service.app.get(ClientStore);
    for (const name of ['Eins', 'Zwei', 'Drei']) {
      while (clients.recall('one') === undefined) expect(await tokenStatus('one', 'other-secret')).toBe(200);
      await apply(WORLD.replace('One', name).replace('first-secret', 'other-secret'), true);
      expect(clients.recall('one')?.client.displayName ?? name).toBe(name);
    }
  });

  it('is applied whole or not at all', async () => {
    const broken = 'orgs: [{ id: new, name: New }]\nclients: [{ id: lost, org: nowhere, grantTypes: [] }]';
    await expect(apply(broken)).rejects.toThrow('client lost: there is no org nowhere');
    expect(await service.database.query(`SELECT 1 FROM orgs WHERE id = 'new'`)).toEqual([]);
  });

  it('applied by ten at once makes one of each', async () => {
    const world = 'orgs: [{ id: rush, name: Rush }]\nclients: [{ id: rush-client, org: rush, secret: s }]';
    const reports = await Promise.all(Array.from({ length: 10 }, () => apply(world)));
    expect(reports.filter(({ created }) => created.length === 2)).toHaveLength(1);
    expect(reports.filter(({ created }) => created.length === 0)).toHaveLength(9);
  });
});

describe('readWorld', () => {
  it('takes JSON, too', () => {
    expect(readWorld('{"orgs":[{"id":"a","name":"A"}]}', 'world.json').orgs).toEqual([{ id: 'a', name: 'A' }]);
  });

  it('tells every fault with its line and no value', () => {
    const faults = faultsOf(`orgs:
  - { id: acme, name: ACME, colour: hunter2 }
  - { id: acme, name: Twice }
clients:
  - id: hunter2 with spaces
    org: acme
    accessTokenTTL: -5
    redirectUris:
      - https://fine.example/cb
      - javascript:alert('hunter2')
  - { id: app, org: acme, publicClient: true, secret: hunter2, grantTypes: [password], refreshTokenTTL: 1 }
`);
    expect(faults).toEqual([
      expect.stringMatching(/^line 2: orgs\[0\]: /),
      'line 3: orgs[1].id: stands twice in this file',
      expect.stringMatching(/^line 5: clients\[0\]\.id: /),
      expect.stringMatching(/^line 7: clients\[0\]\.accessTokenTTL: /),
      expect.stringMatching(/^line 10: clients\[0\]\.redirectUris\[1\]: has a scheme/),
      expect.stringMatching(/^line 11: clients\[1\]\.refreshTokenTTL: /),
      expect.stringMatching(/^line 11: clients\[1\]\.secret: /),
      expect.stringMatching(/^line 11: clients\[1\]\.grantTypes: /),
    ]);
    expect(faults.join('\n')).not.toContain('hunter2');
  });

  it('tells roles and permissions that there are not', () => {
    const faults = faultsOf(`users:
  - id: eve
    domain: d
    username: eve
    defaultOrg: acme
    platformPermissions: [csp:platform_operator, root]
    memberships:
      - org: acme
        roles: [csp:org_owner, developer, king]
`);
    expect(faults).toEqual([
      expect.stringMatching(/^line 6: users\[0\]\.platformPermissions\[1\]: .*csp:platform_operator/),
      expect.stringMatching(/^line 9: users\[0\]\.memberships\[0\]\.roles\[2\]: .*org_owner/),
    ]);
  });

  it('tells every text that the database could not hold', () => {
    const faults = faultsOf(`orgs:
  - { id: acme, name: "AC\\0ME" }
clients:
  - { id: app, org: acme, displayName: "\\ud800", description: fine }
trustedIssuers:
  - { issuer: i, org: acme, jwks: { keys: [{ kty: EC, "x\\0": y, y: "\\0" }] } }
`);
    expect(faults).toEqual([
      'line 2: orgs[0].name: contains NUL or broken Unicode',
      'line 4: clients[0].displayName: contains NUL or broken Unicode',
      'line 6: trustedIssuers[0].jwks.keys[0]: contains NUL or broken Unicode',
      'line 6: trustedIssuers[0].jwks.keys[0].y: contains NUL or broken Unicode',
    ]);
  });

  it('tells an id that stands twice', () => {
    expect(faultsOf('orgs: [{ id: a, name: A }, { id: a, name: B }]')).toEqual([
      'line 1: orgs[1].id: stands twice in this file',
    ]);
  });

  it('tells where YAML breaks', () => {
    expect(faultsOf('orgs:\n  - { id: a\nclients: [')[0]).toMatch(/^line \d+: /);
  });

  it('does not let aliases grow without end', () => {
    const bomb = `a: &a [x, x]\nb: &b [*a, *a]\norgs: [*b, *b]`;
    expect(faultsOf(bomb)).toEqual(['aliases (*name) are not taken']);
  });
});
