// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

contract Token {
    mapping(address => uint256) public balances;
    event Sent(address indexed from, address indexed to, uint256 amount);

    error NotEnough(uint256 wanted, uint256 had);

    function send(address to, uint256 amount) external returns (bool) {
        if (balances[msg.sender] < amount) {
            revert NotEnough(amount, balances[msg.sender]);
        }
        balances[msg.sender] -= amount;
        balances[to] += amount;
        emit Sent(msg.sender, to, amount);
        return true;
    }
}
