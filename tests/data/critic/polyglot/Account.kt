package bank

data class Account(val owner: String, val balance: Double = 0.0)

sealed interface Result {
    data class Ok(val account: Account) : Result
    data class Failed(val reason: String) : Result
}

fun withdraw(account: Account, amount: Double): Result {
    if (amount > account.balance) {
        return Result.Failed("not enough: ${account.balance}")
    }
    return Result.Ok(account.copy(balance = account.balance - amount))
}

fun main() {
    val results = listOf(10.0, 99.0).map { withdraw(Account("Ann", 50.0), it) }
    for (result in results) {
        when (result) {
            is Result.Ok -> println(result.account)
            is Result.Failed -> println(result.reason)
        }
    }
}
