import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module';
import { BrowserSessionsModule } from '../browser-sessions/browser-sessions.module';
import { ClientsModule } from '../clients/clients.module';
import { KeysModule } from '../keys/keys.module';
import { OrgsModule } from '../orgs/orgs.module';
import { UsersModule } from '../users/users.module';
import { ConsumptionEntity } from './consumption.entity';
import { Families } from './families';
import { FamilyBeginnings } from './family-beginnings';
import { FamilyEntity } from './family.entity';
import { IdTokenReader } from './id-token-reader';
import { IssuanceCommit } from './issuance-commit';
import { RefreshSuccessor } from './refresh-successor';
import { RefreshTokenEntity } from './refresh-token.entity';
import { RefreshTokens } from './refresh-tokens';
import { RevokedTokenEntity } from './revoked-token.entity';
import { RevokedTokens } from './revoked-tokens';
import { TokenIssuer } from './token-issuer';
import { TokenJudge } from './token-judge';
import { TokenVerifier } from './token-verifier';

@Module({
  imports: [
    TypeOrmModule.forFeature([FamilyEntity, RefreshTokenEntity, ConsumptionEntity, RevokedTokenEntity]),
    AuditModule,
    BrowserSessionsModule,
    ClientsModule,
    KeysModule,
    OrgsModule,
    UsersModule,
  ],
  providers: [
    Families,
    FamilyBeginnings,
    IdTokenReader,
    IssuanceCommit,
    RefreshSuccessor,
    RefreshTokens,
    RevokedTokens,
    TokenIssuer,
    TokenJudge,
    TokenVerifier,
  ],
  exports: [
    Families,
    IdTokenReader,
    IssuanceCommit,
    RefreshSuccessor,
    RefreshTokens,
    RevokedTokens,
    TokenIssuer,
    TokenVerifier,
  ],
})
export class TokensModule {}
