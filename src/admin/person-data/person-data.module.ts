import { Module } from '@nestjs/common';
import { KeysModule } from '../../keys/keys.module';
import { AdministrationModule } from '../administration.module';
import { PersonDataController } from './person-data.controller';
import { PersonErasure } from './person-erasure';
import { PersonExport } from './person-export';
import { Pseudonyms } from './pseudonyms';
import { TrailPseudonymiser } from './trail-pseudonymiser';

/** Answers those whose data it is. */
@Module({
  imports: [AdministrationModule, KeysModule],
  controllers: [PersonDataController],
  providers: [PersonErasure, PersonExport, Pseudonyms, TrailPseudonymiser],
})
export class PersonDataModule {}
