import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module';
import { ClientsModule } from '../clients/clients.module';
import { GrantsModule } from '../grants/grants.module';
import { KeysModule } from '../keys/keys.module';
import { OrgsModule } from '../orgs/orgs.module';
import { ThrottlingModule } from '../throttling/throttling.module';
import { TokensModule } from '../tokens/tokens.module';
import { ClientAuthenticator } from './client-authenticator';
import { GrantJudge } from './grant-judge';
import { IssuanceNarrowing } from './issuance-narrowing';
import { TokenAudit } from './token-audit';
import { TokenEndpoint } from './token-endpoint';

@Module({
  imports: [AuditModule, ClientsModule, GrantsModule, KeysModule, OrgsModule, ThrottlingModule, TokensModule],
  providers: [ClientAuthenticator, GrantJudge, IssuanceNarrowing, TokenAudit, TokenEndpoint],
  exports: [TokenEndpoint, GrantsModule, KeysModule],
})
export class AuthModule {}
