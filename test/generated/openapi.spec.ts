import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const response = z.object({ content: z.record(z.string(), z.record(z.string(), z.unknown())).optional() });
const operation = z.object({
  tags: z.array(z.string()),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.looseObject({}) })) }).optional(),
  responses: z.record(z.string(), response),
});
const document = z.object({
  tags: z.array(z.object({ name: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), z.looseObject({ properties: z.unknown() })) }),
});

describe('openapi.json', () => {
  const { tags, paths, components } = document.parse(
    JSON.parse(fs.readFileSync(path.join(__dirname, '../../openapi.json'), 'utf8')),
  );
  const operationOf = (method: string, at: string) => {
    const found = paths[at]?.[method];
    if (found === undefined) throw new Error(`There is no ${method} ${at}.`);
    return found;
  };
  const statuses = (method: string, at: string) => Object.keys(operationOf(method, at).responses);

  it('has each tag described', () => {
    const used = Object.values(paths).flatMap((item) => Object.values(item).flatMap(({ tags: named }) => named));
    expect(tags.map(({ name }) => name)).toEqual(expect.arrayContaining(used));
  });

  it('says of an operation what can go wrong with it, and no more', () => {
    expect(statuses('delete', '/admin/orgs/{orgId}/logins/{loginId}')).toEqual([
      '204',
      '400',
      '401',
      '403',
      '404',
      '503',
    ]);
    expect(statuses('delete', '/admin/domains/{name}')).toEqual(expect.arrayContaining(['409', '412']));
    expect(statuses('delete', '/admin/domains/{name}')).not.toContain('415');
    expect(statuses('post', '/admin/domains')).toEqual(expect.arrayContaining(['409', '415']));
    expect(statuses('post', '/admin/domains')).not.toContain('412');
    expect(statuses('get', '/oauth2/userinfo')).not.toContain('404');
    expect(
      operationOf('get', '/admin/domains/{name}').responses['404']?.content?.['application/json']?.example,
    ).toEqual(expect.objectContaining({ error_description: 'There is no such thing, or it is not yours.' }));
  });

  // Swagger UI makes up a value for each field without one, and sends it.
  it('has bodies to try out that do what they say', () => {
    for (const at of ['/admin/orgs/{orgId}/revocations', '/admin/revocations']) {
      const schema = operationOf('post', at).requestBody?.content['application/json']?.schema;
      expect(schema).toMatchObject({ example: { userId: 'ada', reason: 'laptop stolen' } });
    }
    expect(components.schemas.InspectedTokenRequest?.properties).toMatchObject({
      token_type_hint: { example: '' },
      client_id: { example: '' },
      client_secret: { example: '' },
    });
  });
});
