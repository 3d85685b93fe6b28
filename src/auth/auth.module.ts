import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { ApiTokensModule } from '../api-tokens/api-tokens.module';
import { AuditModule } from '../audit/audit.module';
import { ClientsModule } from '../clients/clients.module';
import { GrantsModule } from '../grants/grants.module';
import { KeysModule } from '../keys/keys.module';
import { OrgsModule } from '../orgs/orgs.module';
import { ServicesModule } from '../services/services.module';
import { UsersModule } from '../users/users.module';
import { ThrottlingModule } from '../throttling/throttling.module';
import { TokensModule } from '../tokens/tokens.module';
import { AccessDeclarations } from './access-declarations';
import { AccessGuard } from './access.guard';
import { ApiTokenDetailsReader } from './api-token-details';
import { ApiTokenEndpoint } from './api-token-endpoint';
import { AuthenticatedRequest } from './authenticated-request';
import { BearerAuthenticator } from './bearer-authenticator';
import { ClientAuthenticator } from './client-authenticator';
import { GrantJudge } from './grant-judge';
import { IntrospectedTokens } from './introspected-tokens';
import { Introspection } from './introspection';
import { IssuanceNarrowing } from './issuance-narrowing';
import { ResourceNarrowing } from './resource-narrowing';
import { Revocation } from './revocation';
import { SubjectResolver } from './subject-resolver';
import { AuditedDecision } from './token-audit';
import { TokenEngine } from './token-engine';
import { TokenEndpoint } from './token-endpoint';
import { UserinfoReader } from './userinfo-reader';

@Module({
  imports: [
    DiscoveryModule,
    ApiTokensModule,
    AuditModule,
    ClientsModule,
    GrantsModule,
    KeysModule,
    OrgsModule,
    ThrottlingModule,
    TokensModule,
    ServicesModule,
    UsersModule,
  ],
  providers: [
    AccessDeclarations,
    { provide: APP_GUARD, useClass: AccessGuard },
    ApiTokenDetailsReader,
    ApiTokenEndpoint,
    AuthenticatedRequest,
    BearerAuthenticator,
    ClientAuthenticator,
    GrantJudge,
    IntrospectedTokens,
    Introspection,
    IssuanceNarrowing,
    ResourceNarrowing,
    Revocation,
    SubjectResolver,
    AuditedDecision,
    TokenEndpoint,
    TokenEngine,
    UserinfoReader,
  ],
  exports: [
    AccessDeclarations,
    ApiTokenDetailsReader,
    ApiTokenEndpoint,
    AuditedDecision,
    AuthenticatedRequest,
    BearerAuthenticator,
    Introspection,
    Revocation,
    SubjectResolver,
    TokenEndpoint,
    UserinfoReader,
    GrantsModule,
    KeysModule,
  ],
})
export class AuthModule {}
