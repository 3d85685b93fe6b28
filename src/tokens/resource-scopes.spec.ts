import fc from 'fast-check';
import type { ServiceDefinitionEntity } from '../services/service-definition.entity';
import { narrowResourceScopes, readResourceScopes } from './resource-scopes';

const NAME = 'allowed_resource_scope';
const refusal = (code: string) => expect.objectContaining({ code }) as Error;
const TMC: ServiceDefinitionEntity = {
  id: 'tmc',
  name: 'tmc',
  roles: [
    {
      name: 'admin',
      permissions: [
        { permissionId: 'manage', resources: ['*'] },
        { permissionId: 'read', resources: ['one', 'two'] },
      ],
    },
    { name: 'viewer', permissions: [{ permissionId: 'read', resources: ['*'] }] },
  ],
};

describe('readResourceScopes', () => {
  it('reads the object, an absent list of resources as none', () => {
    const scopes = [{ serviceDefinitionId: 'tmc', permissions: [{ permissionId: 'read' }] }];
    expect(readResourceScopes(NAME, JSON.stringify({ servicesScopes: scopes }))).toEqual([
      { serviceDefinitionId: 'tmc', permissions: [{ permissionId: 'read', resources: [] }] },
    ]);
  });

  const permission = { permissionId: 'read', resources: ['one'] };
  const dto = (permissions: unknown, count = 1) => ({
    servicesScopes: Array.from({ length: count }, () => ({ serviceDefinitionId: 'tmc', permissions })),
  });
  it.each<[string, string]>([
    ['no JSON', '{"servicesScopes":'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['a text', '"servicesScopes"'],
    ['no servicesScopes', '{}'],
    ['__proto__ in its place', '{"__proto__":{"servicesScopes":[]}}'],
    ['a service without permissions', '{"servicesScopes":[{"serviceDefinitionId":"tmc"}]}'],
    ['an empty name', JSON.stringify(dto([{ ...permission, permissionId: '' }]))],
    ['a name of 256 characters', JSON.stringify(dto([{ ...permission, permissionId: 'x'.repeat(256) }]))],
    ['a number for a resource', JSON.stringify(dto([{ ...permission, resources: [1] }]))],
    ['NUL', JSON.stringify(dto([{ ...permission, permissionId: 're\0ad' }]))],
    ['half a surrogate pair', JSON.stringify(dto([{ ...permission, resources: ['a\ud800'] }]))],
    ['101 services', JSON.stringify(dto([permission], 101))],
    ['101 permissions', JSON.stringify(dto(Array.from({ length: 101 }, () => permission)))],
    ['101 resources', JSON.stringify(dto([{ ...permission, resources: Array(101).fill('one') }]))],
    ['30,000 levels of lists', '['.repeat(30_000) + ']'.repeat(30_000)],
    ['30,000 levels of objects', '{"servicesScopes":'.repeat(30_000) + '1' + '}'.repeat(30_000)],
  ])('refuses %s', (_, json) => {
    expect(() => readResourceScopes(NAME, json)).toThrow(refusal('invalid_request'));
  });

  it('refuses or reads any text, and throws nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (json) => {
        try {
          expect(readResourceScopes(NAME, json)).toBeInstanceOf(Array);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_request' });
        }
      }),
    );
  });
});

describe('narrowResourceScopes', () => {
  const ask = (permissionId: string, resources: string[] = [], role = 'admin', on?: string[]) =>
    narrowResourceScopes(
      [{ serviceDefinitionId: 'tmc', permissions: [{ permissionId, resources }] }],
      [{ serviceDefinitionId: 'tmc', role, resources: on }],
      [TMC],
    )[0]?.permissions[0]?.resources;

  it('gives the resources asked for when they are held', () => {
    expect(ask('read', ['two'])).toEqual(['two']);
    expect(ask('manage', ['anything'])).toEqual(['anything']);
  });

  it('gives all that are held when none is asked for', () => {
    expect(ask('read')).toEqual(['one', 'two']);
    expect(ask('manage')).toEqual(['*']);
    expect(ask('manage', [], 'admin', ['three'])).toEqual(['three']);
    expect(ask('read', [], 'admin', ['two', 'three'])).toEqual(['two']);
  });

  it.each<[string, string, string[], string, string[] | undefined]>([
    ['a permission of another role', 'manage', ['one'], 'viewer', undefined],
    ['an unknown permission', 'drop', [], 'admin', undefined],
    ['another resource', 'read', ['three'], 'admin', undefined],
    ['one resource more', 'read', ['one', 'three'], 'admin', undefined],
    ['all resources where some are held', 'read', ['*'], 'admin', undefined],
    ['all resources where the role is held on some', 'manage', ['*'], 'admin', ['one']],
    ['a resource that the role is not held on', 'manage', ['two'], 'admin', ['one']],
    ['what is held on nothing', 'read', [], 'admin', ['three']],
    ['what is held on an empty list', 'read', [], 'admin', []],
    ['an unknown role', 'read', [], 'nobody', undefined],
  ])('refuses %s', (_, permissionId, resources, role, on) => {
    expect(() => ask(permissionId, resources, role, on)).toThrow(refusal('invalid_scope'));
  });

  it('does not mix services', () => {
    const asked = [{ serviceDefinitionId: 'log', permissions: [{ permissionId: 'read', resources: ['one'] }] }];
    const roles = [{ serviceDefinitionId: 'tmc', role: 'admin' }];
    expect(() => narrowResourceScopes(asked, roles, [TMC, { ...TMC, id: 'log' }])).toThrow(refusal('invalid_scope'));
  });

  const service = fc.constantFrom('s', 't');
  const role = fc.constantFrom('r', 'q');
  const permissionId = fc.constantFrom('p', 'o', '__proto__');
  const resources = fc.uniqueArray(fc.constantFrom('x', 'y', 'z', '*'));
  const permissions = fc.array(fc.record({ permissionId, resources }), { maxLength: 3 });
  const definitions = fc.uniqueArray(
    fc.record({
      id: service,
      name: service,
      roles: fc.uniqueArray(fc.record({ name: role, permissions }), { selector: ({ name }) => name }),
    }),
    { selector: ({ id }) => id, minLength: 1 },
  );
  const roles = fc.array(
    fc.record({ serviceDefinitionId: service, role, resources: fc.option(resources, { nil: undefined }) }),
  );
  const asked = fc.array(fc.record({ serviceDefinitionId: service, permissions }), { maxLength: 2 });

  it('never gives a permission on a resource that no role reaches, and gives what is asked for or refuses', () => {
    let given = 0;
    fc.assert(
      fc.property(asked, roles, definitions, (wanted, held, known) => {
        /** Is this one resource in reach of a role, both by the role's definition and by where it is held? */
        const reached = (serviceId: string, id: string, resource: string) =>
          held.some(({ serviceDefinitionId, role: name, resources: on = ['*'] }) => {
            const definition = known.find((one) => one.id === serviceDefinitionId);
            const granted = definition?.roles.find((one) => one.name === name)?.permissions ?? [];
            const covers = (list: readonly string[]) => list.includes('*') || list.includes(resource);
            return (
              serviceDefinitionId === serviceId &&
              covers(on) &&
              granted.some((one) => one.permissionId === id && covers(one.resources))
            );
          });
        let narrowed: ReturnType<typeof narrowResourceScopes>;
        try {
          narrowed = narrowResourceScopes(wanted, held, known);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_scope' });
          return;
        }
        expect(narrowed.map(({ serviceDefinitionId }) => serviceDefinitionId)).toEqual(
          wanted.map(({ serviceDefinitionId }) => serviceDefinitionId),
        );
        narrowed.forEach((scope, at) =>
          scope.permissions.forEach((permission, index) => {
            given++;
            const asking = wanted[at]?.permissions[index];
            expect(permission.permissionId).toBe(asking?.permissionId);
            expect(permission.resources).not.toEqual([]);
            if (asking?.resources.length !== 0) expect(permission.resources).toEqual(asking?.resources);
            for (const resource of permission.resources) {
              const id = `${scope.serviceDefinitionId} ${permission.permissionId} ${resource}`;
              expect({ id, reached: reached(scope.serviceDefinitionId, permission.permissionId, resource) }).toEqual({
                id,
                reached: true,
              });
            }
          }),
        );
      }),
      { numRuns: 2_000 },
    );
    expect(given).toBeGreaterThan(50); // the property is not about refusals only
  });
});
