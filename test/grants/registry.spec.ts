import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Module, Scope, type Type } from '@nestjs/common';
import { Grant, type GrantContext, type GrantDecision, grantOptionsOf, type TokenGrant } from '@gatehouse/grant-sdk';
import { IsString } from 'class-validator';
import { get } from '../harness/http';
import { startService } from '../harness/service';
import { createTestDatabase } from '../harness/test-database';

class NoParameters {}

class Validated {
  @IsString()
  badge!: string;
}

class Unvalidated {
  @IsString()
  badge!: string;
  door!: string;
}

const refuse = (): GrantDecision => {
  throw new Error('never asked');
};

@Grant({ type: 'urn:acme:good', params: Validated, summary: 'Good', publicClients: false, dialects: ['oauth'] })
class GoodGrant implements TokenGrant<Validated> {
  decide = refuse;
}

@Grant({ type: 'badge', params: NoParameters, summary: 'Relative', publicClients: false })
class RelativeGrant implements TokenGrant<NoParameters> {
  decide = refuse;
}

@Grant({ type: 'client_credentials', params: NoParameters, summary: 'Hijack', publicClients: true })
class HijackingGrant implements TokenGrant<NoParameters> {
  decide = refuse;
}

@Grant({ type: 'urn:acme:good', params: NoParameters, summary: 'Twin', publicClients: false })
class TwinGrant implements TokenGrant<NoParameters> {
  decide = refuse;
}

@Grant({ type: 'urn:acme:open', params: Unvalidated, summary: 'Unvalidated', publicClients: false })
class UnvalidatedGrant implements TokenGrant<Unvalidated> {
  decide = refuse;
}

@Grant({ type: 'urn:acme:scoped', params: NoParameters, summary: 'Request-scoped', publicClients: false })
@Injectable({ scope: Scope.REQUEST })
class RequestScopedGrant implements TokenGrant<NoParameters> {
  decide = refuse;
}

@Injectable({ scope: Scope.REQUEST })
class OfEachRequest {}

@Grant({ type: 'urn:acme:scoped-by-dependency', params: NoParameters, summary: 'Depends', publicClients: false })
class ScopedByDependencyGrant implements TokenGrant<NoParameters> {
  constructor(readonly dependency: OfEachRequest) {}
  decide = refuse;
}

function moduleWith(...providers: Type[]): Type {
  @Module({ providers })
  class ExtensionModule {}
  return ExtensionModule;
}

async function faultWith(...providers: Type[]): Promise<string> {
  try {
    await (await startService({ extensions: [moduleWith(...providers)] })).stop();
  } catch (error) {
    return String(error);
  }
  return '';
}

describe('grant registry', () => {
  it('finds a grant in any module and shows it where it is offered', async () => {
    const service = await startService({ extensions: [moduleWith(GoodGrant)] });
    const grantsAt = async (path: string) => (await get(service.url + path)).json.grant_types_supported;
    expect(await grantsAt('/.well-known/openid-configuration')).toContain('urn:acme:good');
    expect(await grantsAt('/SAAS/auth/.well-known/openid-configuration')).not.toContain('urn:acme:good');
    await service.stop();
  });

  it.each([
    [RelativeGrant, 'RelativeGrant (badge): its name badge is no absolute URI'],
    [HijackingGrant, 'HijackingGrant (client_credentials): its name client_credentials is no absolute URI'],
    [UnvalidatedGrant, 'UnvalidatedGrant (urn:acme:open): its parameter Unvalidated.door has no validation'],
    [RequestScopedGrant, 'RequestScopedGrant (urn:acme:scoped): is request-scoped'],
  ])('refuses to start with %p', async (grant, fault) => expect(await faultWith(grant)).toContain(fault));

  it('refuses a grant that is request-scoped through what it depends on', async () => {
    expect(await faultWith(ScopedByDependencyGrant, OfEachRequest)).toContain('is request-scoped');
  });

  it('names all culprits at once, twins too', async () => {
    const fault = await faultWith(GoodGrant, TwinGrant, RelativeGrant);
    expect(fault).toContain('two grants are named urn:acme:good');
    expect(fault).toContain('RelativeGrant');
  });

  it('leaves no connection when it refuses to start', async () => {
    const database = await createTestDatabase();
    await expect(startService({ extensions: [moduleWith(RelativeGrant)], database })).rejects.toThrow('RelativeGrant');
    const others = 'SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
    const patience = performance.now() + 20_000; // its backends end a moment after it
    while ((await database.query(others)).length > 0 && performance.now() < patience) await sleep(20);
    expect(await database.query(others)).toEqual([]);
    await database.drop();
  });

  it('does not compile without decide(), or with the parameters of another grant', () => {
    // @ts-expect-error: the class has no decide()
    Grant({ type: 'urn:acme:x', params: Validated, summary: '', publicClients: false })(class Empty {});
    class Other {
      decide(context: GrantContext<{ door: number }>): GrantDecision {
        throw new Error(String(context.params.door));
      }
    }
    // @ts-expect-error: the class decides on other parameters than those declared
    Grant({ type: 'urn:acme:x', params: Validated, summary: '', publicClients: false })(Other);
    expect(grantOptionsOf(Other)?.type).toBe('urn:acme:x');
  });
});
