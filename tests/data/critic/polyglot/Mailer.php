<?php

declare(strict_types=1);

namespace App;

final class Mailer
{
    public function __construct(private readonly string $sender, private array $sent = [])
    {
    }

    public function send(string $to, string $text): bool
    {
        if ($to === '') {
            return false;
        }
        $this->sent[] = ['to' => $to, 'text' => htmlspecialchars($text)];
        return true;
    }

    public function kind(int $count): string
    {
        return match (true) {
            $count > 10 => 'many',
            default => "few ({$count})",
        };
    }
}
