"""What tokens cost, in US dollars."""

from decimal import Decimal

from barnraise.models.calls import Usage
from barnraise.models.profiles import VENDORS, Price, Profile

MILLION = Decimal(1_000_000)


def cost(profile: Profile, usage: Usage) -> Decimal | None:
    """By the profile's own price, else by the price table; zero for what runs at home; None where no price is known."""
    if profile.price:
        return _own(profile.price, usage)
    vendor = VENDORS[profile.vendor]
    if not vendor.prices:
        return Decimal(0) if profile.vendor in ("ollama", "vllm") else None
    import genai_prices

    counted = genai_prices.Usage(
        input_tokens=usage.input, output_tokens=usage.output, cache_read_tokens=usage.cached, cache_write_tokens=usage.cache_written
    )
    try:
        return genai_prices.calc_price(counted, profile.model, provider_id=vendor.prices).total_price
    except LookupError:
        return None


def _own(price: Price, usage: Usage) -> Decimal:
    cached = price.input if price.cached is None else price.cached
    written = price.input if price.cache_written is None else price.cache_written
    plain = usage.input - usage.cached - usage.cache_written
    asked = price.input * plain + cached * usage.cached + written * usage.cache_written
    return (asked + price.output * usage.output) / MILLION
