import fs from 'node:fs';
import path from 'node:path';
import { builtService } from '../harness/built-service';
import { DIALECTS } from '../harness/dialects';
import { createEmptyDatabase } from '../harness/empty-database';
import { removeFolder, scratchFolder } from '../harness/scratch-folder';
import { endServiceProcesses, startServiceProcess } from '../harness/service-process';
import type { TestDatabase } from '../harness/test-database';
import { askForToken, verifyToken } from '../harness/tokens';

const YAML = `
# Made by hand.
orgs:
  - { id: harbour, name: HARBOUR, displayName: Harbour Ltd }
clients:
  - id: crane
    org: harbour
    displayName: Crane
    secret: a secret of the crane
    grantTypes: [client_credentials]
    accessTokenTTL: 120
    allowedScopes: { generalScopes: [lift] }
  - id: tug
    org: harbour
    grantTypes: [client_credentials]
`;

const JSON_TEXT = JSON.stringify({
  orgs: [{ id: 'harbour', name: 'HARBOUR', displayName: 'Harbour Ltd' }],
  clients: [
    {
      id: 'crane',
      org: 'harbour',
      displayName: 'Crane',
      secret: 'a secret of the crane',
      grantTypes: ['client_credentials'],
      accessTokenTTL: 120,
      allowedScopes: { generalScopes: ['lift'] },
    },
    { id: 'tug', org: 'harbour', grantTypes: ['client_credentials'] },
  ],
});

describe('SEED_FILE', () => {
  let folder: string;
  let database: TestDatabase;

  beforeAll(async () => void (await builtService()), 120_000);
  beforeEach(async () => {
    folder = scratchFolder();
    database = await createEmptyDatabase();
    fs.writeFileSync(path.join(folder, 'world.yaml'), YAML);
    fs.writeFileSync(path.join(folder, 'world.json'), JSON_TEXT);
  });
  afterEach(async () => {
    await endServiceProcesses();
    await database.drop();
    removeFolder(folder);
  });

  // The key comes to lie in DATA_DIR, here ./data; the file is named relative to the working directory.
  const start = (file = 'world.yaml') =>
    startServiceProcess({ cwd: folder, env: { DATABASE_URL: database.url, SEED_FILE: file } });

  it.each(['world.yaml', 'world.json'])(
    '%s declares orgs and clients that work, instead of the demonstration',
    async (file) => {
      const service = await start(file);
      for (const { dialect } of DIALECTS) {
        const answer = await askForToken(service.url, 'crane', 'a secret of the crane', dialect);
        expect(answer).toMatchObject({ status: 200 });
        expect(answer.json).toMatchObject({ expires_in: 120, scope: 'lift' });
        await verifyToken(service.url, String(answer.json.access_token), dialect);
      }
      expect(await database.query('SELECT id, display_name FROM orgs ORDER BY id')).toEqual([
        { id: 'harbour', display_name: 'Harbour Ltd' },
        { id: 'platform', display_name: 'Gatehouse platform' },
      ]);
      expect(service.stdout).not.toContain('demo-client');
      expect(service.stdout).not.toContain('a secret of the crane');
    },
  );

  it('is what there is: a later start without it adds no demonstration', async () => {
    await (await start()).stop();
    const service = await startServiceProcess({ cwd: folder, env: { DATABASE_URL: database.url } });
    expect(await database.query('SELECT id FROM orgs ORDER BY id')).toEqual([{ id: 'harbour' }, { id: 'platform' }]);
    expect(service.stdout).not.toMatch(/curl|log-in/);
    expect((await askForToken(service.url, 'crane', 'a secret of the crane')).status).toBe(200);
  });

  it('tells the secret that it generated for a client without one', async () => {
    const service = await start();
    const [, secret = ''] = /tug\b.*?([A-Za-z0-9_-]{43})/.exec(service.stdout) ?? [];
    expect(secret).not.toBe('');
    expect((await askForToken(service.url, 'tug', secret)).status).toBe(200);
  });

  it('logs at a second start what differs from the changed file, leaves it, and adds what is new', async () => {
    await (await start()).stop();
    const changed = YAML.replace('Harbour Ltd', 'Harbour Inc')
      .replace('a secret of the crane', 'a new secret')
      .replace(/120/, '240')
      .replace(/tug/, 'ferry');
    expect(changed).not.toBe(YAML);
    fs.writeFileSync(path.join(folder, 'world.yaml'), changed);

    const service = await start();
    expect(service.complaints).toEqual([
      'differs from world.yaml and was left as it is: org harbour: displayName',
      expect.stringMatching(
        /^differs from world.yaml and was left as it is: client crane: accessTokenT(TL|tl), secret$/,
      ),
    ]);
    expect(service.stdout).not.toMatch(/a new secret|a secret of the crane/);
    const old = await askForToken(service.url, 'crane', 'a secret of the crane');
    expect(old.json).toMatchObject({ expires_in: 120 });
    expect((await askForToken(service.url, 'crane', 'a new secret')).status).toBe(401);
    expect(await database.query('SELECT id FROM clients ORDER BY id')).toEqual(
      ['crane', 'ferry', 'gatehouse-swagger-ui', 'tug'].map((id) => ({ id })),
    );
  });
});
