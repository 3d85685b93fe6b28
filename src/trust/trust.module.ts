import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AssertionVerifier } from './assertion-verifier';
import { IssuerKeys } from './issuer-keys';
import { TrustedIssuerEntity } from './trusted-issuer.entity';

@Module({
  imports: [TypeOrmModule.forFeature([TrustedIssuerEntity])],
  providers: [AssertionVerifier, IssuerKeys],
  exports: [AssertionVerifier],
})
export class TrustModule {}
