import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ServiceDefinitionEntity } from './service-definition.entity';
import { ServiceDefinitionStore } from './service-definition.store';

@Module({
  imports: [TypeOrmModule.forFeature([ServiceDefinitionEntity])],
  providers: [ServiceDefinitionStore],
  exports: [ServiceDefinitionStore],
})
export class ServicesModule {}
