import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ServiceDefinitionEntity } from '../../services/service-definition.entity';
import { AdministrationModule } from '../administration.module';
import { ServiceDefinitionsAdministration } from './service-definitions-administration';
import { ServiceDefinitionsController } from './service-definitions.controller';

@Module({
  imports: [TypeOrmModule.forFeature([ServiceDefinitionEntity]), AdministrationModule],
  controllers: [ServiceDefinitionsController],
  providers: [ServiceDefinitionsAdministration],
})
export class ServicesAdminModule {}
