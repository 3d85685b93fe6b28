import { Injectable } from '@nestjs/common';
import { ApiTokenEntity } from '../api-tokens/api-token.entity';
import { CredentialHasher } from '../keys/credential-hasher';
import { UserEntity, usernameKey } from '../users/user.entity';
import { accountOf } from './account-of';
import { seedEach } from './seed-each';
import type { Seeding } from './seeding';
import type { World } from './world.schema';

@Injectable()
export class ApiTokenSeeder {
  constructor(private readonly hasher: CredentialHasher) {}

  /** Each is known by its token: another token is another one. */
  async seed(apiTokens: World['apiTokens'], seeding: Seeding): Promise<void> {
    const things = [];
    for (const { user, org, name, token, scopes, expiresAt } of apiTokens) {
      const { domain, username } = accountOf(user);
      const owner = await seeding.transaction.findOneBy(UserEntity, { domain, usernameKey: usernameKey(username) });
      if (owner === null) throw new Error(`API token ${name}: there is no user ${user}`);
      const hash = this.hasher.hash(token);
      const columns = {
        hash,
        userId: owner.id,
        orgId: org,
        name,
        scopes: scopes ?? null,
        expiresAt: expiresAt ?? null,
      };
      things.push({ label: name, key: { hash }, columns, event: { orgId: org, subject: `${domain}:${owner.id}` } });
    }
    await seedEach(ApiTokenEntity, 'api_token', things, seeding);
  }
}
