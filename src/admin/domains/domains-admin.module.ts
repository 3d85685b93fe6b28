import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DomainEntity } from '../../users/domain.entity';
import { AdministrationModule } from '../administration.module';
import { DomainsAdministration } from './domains-administration';
import { DomainsController } from './domains.controller';

@Module({
  imports: [TypeOrmModule.forFeature([DomainEntity]), AdministrationModule],
  controllers: [DomainsController],
  providers: [DomainsAdministration],
})
export class DomainsAdminModule {}
