import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { AccessDeclarations } from '../../src/auth/access-declarations';
import { environmentSchema } from '../../src/config/config.schema';
import { CATALOGUE } from '../../src/errors/catalogue';
import { openApiDocument } from '../../src/openapi/openapi';
import { worldSchema } from '../../src/seed/world.schema';
import { type Service, startService } from '../harness/service';
import { configurationPage } from './configuration-page';
import { errorsPage } from './errors-page';
import { permissionsPage } from './permissions-page';

const ROOT = path.join(__dirname, '../..');

/** `npm run generate` writes what this otherwise compares. */
function expectFresh(file: string, content: string): void {
  const full = path.join(ROOT, file);
  if (process.env.UPDATE_GENERATED === '1') fs.writeFileSync(full, content);
  const kept = fs.existsSync(full) ? fs.readFileSync(full, 'utf8') : '';
  if (kept !== content) throw new Error(`${file} is stale: run npm run generate and commit it.`);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

describe('generated files are fresh', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service?.stop());

  it('openapi.json', () => expectFresh('openapi.json', json(openApiDocument(service.app))));

  it('seed.schema.json', () => {
    const schema = z.toJSONSchema(worldSchema, { io: 'input' });
    expectFresh('seed.schema.json', json({ title: 'A Gatehouse seed file', ...schema }));
  });

  it('docs/configuration.md', () => expectFresh('docs/configuration.md', configurationPage(environmentSchema)));

  it('docs/permissions.md', () =>
    expectFresh('docs/permissions.md', permissionsPage(service.app.get(AccessDeclarations).routes)));

  it('docs/errors.md', () => expectFresh('docs/errors.md', errorsPage(CATALOGUE)));
});
