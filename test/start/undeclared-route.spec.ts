import { Controller, Get, Module } from '@nestjs/common';
import { Access } from '../../src/access/access.decorator';
import { get } from '../harness/http';
import { startService } from '../harness/service';

@Controller('forgotten')
class ForgottenController {
  @Get('things')
  things(): string {
    return 'things';
  }
}

@Controller('declared')
class DeclaredController {
  @Get('things')
  @Access('tokens')
  things(): string {
    return 'things';
  }
}

@Module({ controllers: [ForgottenController] })
class ForgottenModule {}

@Module({ controllers: [DeclaredController] })
class DeclaredModule {}

describe('a route of a module of a team', () => {
  it('stops the start, by its name, when it does not say who may use it', async () => {
    await expect(startService({ extensions: [ForgottenModule] })).rejects.toThrow(/ForgottenController\.things/);
  });

  it('is guarded as it says', async () => {
    const service = await startService({ extensions: [DeclaredModule] });
    const { status } = await get(`${service.url}/declared/things`);
    await service.stop();
    expect(status).toBe(401);
  });
});
