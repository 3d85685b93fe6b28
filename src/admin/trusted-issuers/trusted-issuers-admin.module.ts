import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TrustedIssuerEntity } from '../../trust/trusted-issuer.entity';
import { AdministrationModule } from '../administration.module';
import { TrustedIssuersAdministration } from './trusted-issuers-administration';
import { TrustedIssuersController } from './trusted-issuers.controller';

@Module({
  imports: [TypeOrmModule.forFeature([TrustedIssuerEntity]), AdministrationModule],
  controllers: [TrustedIssuersController],
  providers: [TrustedIssuersAdministration],
})
export class TrustedIssuersAdminModule {}
