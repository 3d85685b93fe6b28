import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { KeysModule } from '../keys/keys.module';
import { BrowserSessionEntity } from './browser-session.entity';
import { BrowserSessions } from './browser-sessions';

@Module({
  imports: [TypeOrmModule.forFeature([BrowserSessionEntity]), KeysModule],
  providers: [BrowserSessions],
  exports: [BrowserSessions],
})
export class BrowserSessionsModule {}
