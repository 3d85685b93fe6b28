import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OrgEntity } from './org.entity';
import { OrgStore } from './org.store';

@Module({ imports: [TypeOrmModule.forFeature([OrgEntity])], providers: [OrgStore], exports: [OrgStore] })
export class OrgsModule {}
