import 'dart:async';

class Counter {
  Counter({this.start = 0});

  final int start;
  final List<int> _seen = [];

  Stream<int> count(int limit) async* {
    for (var i = start; i < limit; i++) {
      _seen.add(i);
      yield i;
    }
  }

  String? get last => _seen.isEmpty ? null : '${_seen.last}';
}

Future<void> main() async {
  await for (final value in Counter().count(3)) {
    print('value: $value');
  }
}
