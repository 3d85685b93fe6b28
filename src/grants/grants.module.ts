import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AuthorizationCodesModule } from '../authorization-codes/authorization-codes.module';
import { TokensModule } from '../tokens/tokens.module';
import { TrustModule } from '../trust/trust.module';
import { UsersModule } from '../users/users.module';
import { GrantTypeRegistry } from './grant-type.registry';
import { AudienceExchangeGrant } from './providers/audience-exchange.grant';
import { AuthorizationCodeGrant } from './providers/authorization-code.grant';
import { ClientCredentialsGrant } from './providers/client-credentials.grant';
import { ClientDelegateGrant } from './providers/client-delegate.grant';
import { ClientExchangeGrant } from './providers/client-exchange.grant';
import { ContextSwitchGrant } from './providers/context-switch.grant';
import { ImpersonateUserGrant } from './providers/impersonate-user.grant';
import { JwtBearerGrant } from './providers/jwt-bearer.grant';
import { PasswordGrant } from './providers/password.grant';
import { RefreshTokenGrant } from './providers/refresh-token.grant';
import { TokenExchangeGrant } from './providers/token-exchange.grant';

/** The grants that come with the service. A team's own come with its own module: see extensions.ts. */
@Module({
  imports: [AuthorizationCodesModule, DiscoveryModule, TokensModule, TrustModule, UsersModule],
  providers: [
    GrantTypeRegistry,
    AudienceExchangeGrant,
    AuthorizationCodeGrant,
    ClientCredentialsGrant,
    ClientDelegateGrant,
    ClientExchangeGrant,
    ContextSwitchGrant,
    ImpersonateUserGrant,
    JwtBearerGrant,
    PasswordGrant,
    RefreshTokenGrant,
    TokenExchangeGrant,
  ],
  exports: [GrantTypeRegistry],
})
export class GrantsModule {}
